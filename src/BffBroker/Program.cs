using BffBroker.Management;

return await CommandLine.RunAsync(args);
