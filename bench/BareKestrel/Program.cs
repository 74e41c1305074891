// The peer of B8: what the golden plugin Echo answers, from a minimal API with nothing around it.
var builder = WebApplication.CreateSlimBuilder();
// With an argument it listens there, for a proxy in front of it.
builder.WebHost.UseUrls(args is [var socket] ? $"http://unix:{socket}" : "http://127.0.0.1:0");
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
builder.Logging.ClearProviders();
var app = builder.Build();
app.MapGet("/p/Echo/version", () => "1.0.0");
await app.StartAsync();
Console.WriteLine($"Host: {app.Urls.First()}");
await app.WaitForShutdownAsync();
