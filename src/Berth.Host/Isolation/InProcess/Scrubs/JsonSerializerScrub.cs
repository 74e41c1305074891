using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;

namespace Berth.Host.Isolation.InProcess.Scrubs;

/// <summary>
/// System.Text.Json caches a contract for each type that reflection-based serialisation meets. Its own handler for hot
/// reload clears them; others' contracts are made again when they are next needed.
/// </summary>
internal sealed class JsonSerializerScrub : IFrameworkScrub
{
    private static readonly MethodInfo? ClearCache = typeof(JsonSerializerOptions).Assembly
        .GetType("System.Text.Json.JsonSerializerOptionsUpdateHandler")?
        .GetMethod("ClearCache", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic, [typeof(Type[])]);

    public string? Run(AssemblyLoadContext context)
    {
        if (ClearCache is null)
            return "JsonSerializerOptionsUpdateHandler.ClearCache is not there";
        ClearCache.Invoke(null, [null]);
        return null;
    }
}
