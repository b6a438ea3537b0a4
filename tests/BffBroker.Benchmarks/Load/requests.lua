-- What wrk sends: the same path, with the cookies of a file, one after the other. Prints what it counted as one line of JSON.
local requests, count, next_request = {}, 0, 0

function init(arguments)
  if arguments[1] then
    for cookie in io.lines(arguments[1]) do
      count = count + 1
      requests[count] = wrk.format("GET", nil, { ["Cookie"] = cookie })
    end
  end
  if count == 0 then
    requests[1], count = wrk.format("GET"), 1
  end
end

function request()
  next_request = next_request % count + 1
  return requests[next_request]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"unsuccessful":%d,"broken":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
