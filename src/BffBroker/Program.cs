using BffBroker;
using BffBroker.Management;

var builder = WebApplication.CreateBuilder(args);
builder.AddBroker();

await using var app = builder.Build();
return await app.RunBrokerAsync(args);
