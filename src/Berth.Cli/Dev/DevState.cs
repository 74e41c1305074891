using System.Text.Json;
using Berth.Cli.Output;
using Berth.Packaging.Archive;

namespace Berth.Cli.Dev;

/// <summary>What the page shows.</summary>
internal static class DevState
{
    /// <summary>The version in force, its modules, and why the last round failed.</summary>
    public static byte[] Json(Package? package, CommandFailedException? failure) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            slug = package?.Manifest.Name,
            name = package?.Manifest.DisplayName ?? package?.Manifest.Name,
            version = package?.Manifest.Version.ToString(),
            entry = package?.Manifest.Frontend?.Entry,
            scope = package?.Manifest.Frontend?.Scope ?? package?.Manifest.Name,
            modules = (package?.Manifest.Frontend?.Modules ?? []).Select(module => new { module.Name, displayName = module.DisplayName, module.Description }),
            hasEndpoints = package?.Manifest.Module?.Assembly is not null,
            failure = failure is null ? null : new { failure.Message, reasons = failure.Reasons.Select(reason => reason.Message) },
        },
        JsonSerializerOptions.Web);
}
