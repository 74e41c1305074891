using System.Net.Http.Json;
using System.Runtime.CompilerServices;

namespace Berth.Plugins.Tests;

/// <summary>The samples keep nothing that outlives them: source-generated JSON and endpoints, no timers, no static events.</summary>
public sealed class UnloadTests
{
    [Theory]
    [InlineData("Notes", "1.0.0", "notes")]
    [InlineData("Notes", "1.1.0", "notes")]
    [InlineData("FeedReader", "1.0.0", "subscriptions")]
    public async Task A_called_plugin_leaves_memory(string slug, string version, string path)
    {
        var context = await UseAsync(slug, version, path);

        for (var i = 0; context.IsAlive && i < 10; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        context.IsAlive.ShouldBeFalse();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> UseAsync(string slug, string version, string path)
    {
        var plugin = new LoadedPlugin(slug, version);
        await using (var running = await RunningPlugin.StartAsync(plugin.Plugin, plugin.Context))
        {
            (await running.Client.GetAsync(new Uri(path, UriKind.Relative))).EnsureSuccessStatusCode();
            (await running.Client.PostAsJsonAsync(path, new { title = "a", text = "b", url = "https://example.org/feed" })).EnsureSuccessStatusCode();
            (await running.Client.GetAsync(new Uri("version", UriKind.Relative))).EnsureSuccessStatusCode();
        }

        plugin.Dispose();
        return plugin.Watch();
    }
}
