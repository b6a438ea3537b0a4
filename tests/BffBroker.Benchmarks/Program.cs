using BffBroker.Benchmarks.Load;
using BffBroker.Benchmarks.Micro;
using BffBroker.Benchmarks.Servers;

return args switch
{
    ["micro", .. var options] => MicroRun.Run(options.Contains("--smoke")),
    ["load", .. var options] => await LoadRun.RunAsync(options),

    // The run's own servers, each a process of its own.
    ["amazon", var port] => await ServeAsync(FastAmazon.RunAsync(int.Parse(port))),
    ["yardsticks", var port, var redis, var amazon] => await ServeAsync(Yardsticks.RunAsync(int.Parse(port), redis, new(amazon))),
    _ => Usage(),
};

static async Task<int> ServeAsync(Task server)
{
    await server;
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("dotnet run -c Release --project tests/BffBroker.Benchmarks -- micro|load [--smoke] [--results FILE]");
    return 64;
}
