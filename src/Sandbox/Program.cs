using Sandbox;

return await SandboxProcess.RunAsync(args);
