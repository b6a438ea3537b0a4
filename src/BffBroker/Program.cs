using BffBroker.Management;

return await BrokerProcess.RunAsync(args);
