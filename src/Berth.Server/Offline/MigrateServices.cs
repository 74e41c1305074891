using Berth.Lifecycle.Store;
using Berth.Server.Composition;
using Berth.Server.Configuration;

namespace Berth.Server.Offline;

/// <summary>The parts of a server without the server: nothing listens, and nothing runs in the background.</summary>
internal static class MigrateServices
{
    /// <summary>Builds them.</summary>
    public static ServiceProvider Build(BerthSettings settings)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Error));
        services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        services.AddBerthCore(new BerthOptions { Settings = settings });
        services.AddBerthRegistryPart();
        services.AddBerthHostPart(settings);
        services.AddSingleton<IPackageSource, RegistryPackageSource>();
        return services.BuildServiceProvider();
    }
}
