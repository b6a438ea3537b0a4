using AmazonSimulator;

return await SimulatorProcess.RunAsync(args);
