using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Berth.Sdk.Tests.Beds;

/// <summary>Runs a snippet's <c>Plugin.Start(CancellationToken)</c> and <c>Plugin.Stop()</c> in a collectible context and looks whether that goes away.</summary>
internal static class Unloading
{
    /// <summary>Whether the context is gone after its unload.</summary>
    /// <param name="source">The class <c>Plugin</c>.</param>
    /// <param name="others">What it uses.</param>
    /// <param name="rounds">How often to collect before it counts as kept.</param>
    public static async Task<bool> IsCleanAsync(string source, string others, int rounds)
    {
        using var image = new MemoryStream();
        var emitted = Snippet.Compile(source, others).Emit(image);
        emitted.Success.ShouldBeTrue(string.Join(Environment.NewLine, emitted.Diagnostics));
        image.Position = 0;
        var context = await Task.Run(() => Run(image));
        for (var round = 0; round < rounds; round++)
        {
            await Task.Run(Collect);
            if (!context.IsAlive)
                return true;

            // Tiered compilation holds code for about 100 ms.
            await Task.Delay(150);
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Run(Stream image)
    {
        var context = new AssemblyLoadContext("snippet", isCollectible: true);
        var plugin = context.LoadFromStream(image).GetType("Plugin")!;

        // Never disposed, as the host's own: a thread may ask for its handle late.
        var unloading = new CancellationTokenSource();
        Call(plugin, "Start", unloading.Token);
        unloading.Cancel();
        Call(plugin, "Stop");
        context.Unload();
        return new WeakReference(context, trackResurrection: true);
    }

    private static void Call(Type plugin, string name, params object[] arguments) =>
        plugin.GetMethod(name, BindingFlags.Static | BindingFlags.Public)?.Invoke(null, arguments);

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
