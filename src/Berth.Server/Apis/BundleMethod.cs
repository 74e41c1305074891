using System.Text.Json;
using Berth.Packaging.Manifest;

namespace Berth.Server.Apis;

/// <summary>How a page loads a front end: the value of <c>bundlemethod</c> (contract, section 7).</summary>
internal static class BundleMethod
{
    /// <summary>A Module Federation container: a script tag defines <c>window[scope]</c> with <c>init</c> and <c>get</c>.</summary>
    public const string Webpack = "webpack";

    /// <summary>An ES module, for <c>import()</c>. Older front ends know only containers and can pass over the rest by this value.</summary>
    public const string Module = "module";

    /// <summary>
    /// <see cref="Module"/> when the entry is named <c>.mjs</c>, or when a module's props say <c>"moduleType": "module"</c>
    /// to the page; <see langword="null"/> without a front end.
    /// </summary>
    public static string? Of(FrontendManifest? frontend)
    {
        if (frontend is null)
            return null;
        return frontend.Entry.EndsWith(".mjs", StringComparison.OrdinalIgnoreCase) || frontend.Modules.Any(SaysModule) ? Module : Webpack;
    }

    private static bool SaysModule(FrontendModuleManifest module) =>
        module.Props is { ValueKind: JsonValueKind.Object } props
        && props.TryGetProperty("moduleType", out var type)
        && type.ValueKind == JsonValueKind.String
        && type.ValueEquals(Module);
}
