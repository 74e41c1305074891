namespace Hostile.Attacks.Hogs;

public sealed class LogFlood : Attack
{
    public override string Title => "floods the host's log";

    public override Task<string?> RunAsync(HttpContext context, Target target)
    {
        var logger = context.RequestServices.GetRequiredService<IPluginContext>().Logger;
        for (var i = 0; i < 100_000; i++)
            Microsoft.Extensions.Logging.LoggerExtensions.LogWarning(logger, "hostile line {Line}", i);
        return Task.FromResult<string?>("did: took 100000 lines of the log");
    }
}
