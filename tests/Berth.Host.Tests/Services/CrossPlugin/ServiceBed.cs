using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Services.CrossPlugin;

/// <summary>A host with the Greeter and its consumers, and a user who has installed the Greeter.</summary>
internal static class ServiceBed
{
    public static async Task<PluginBed> StartAsync(string? greeter = "1.0.0", HostOptions? options = null)
    {
        var bed = await PluginBed.StartAsync(options ?? new HostOptions { DrainTime = TimeSpan.FromSeconds(2) });
        bed.Source.Public = new();
        if (greeter is not null)
            bed.User.Has("Greeter", greeter);
        return bed;
    }

    /// <summary>Unloads a version, and says what keeps it if something does.</summary>
    public static async Task ShouldUnloadAsync(this PluginBed bed, string slug, string version = "1.0.0")
    {
        var outcome = await bed.Pool.UnloadAsync(new PluginVersionId(slug, version));
        (outcome is UnloadOutcome.Leaked).ShouldBeFalse($"{slug} {version} stayed in memory: {outcome}");
    }

    /// <summary>What the consumer's endpoint says.</summary>
    public static Task<string> AskAsync(this PluginBed bed, string path) => bed.Http.GetStringAsync("/p/GreeterClient/1.0.0" + path);
}
