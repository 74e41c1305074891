using Berth.Packaging.Archive;
using Berth.Server.Auth;
using Berth.Server.Configuration;

namespace Berth.Server;

/// <summary>How an application embeds Berth.</summary>
public sealed class BerthOptions
{
    /// <summary>Data folder, database and times. Addresses and role are the application's own affair and are not read.</summary>
    public BerthSettings Settings { get; set; } = new();

    /// <summary>Bounds of packages.</summary>
    public PackageLimits PackageLimits { get; set; } = PackageLimits.Default;

    /// <summary>
    /// Who a request comes from, by the application's own authentication: the current user, or <see langword="null"/> for
    /// an anonymous request. When not set, Berth's own tokens and sessions are used.
    /// </summary>
    public Func<HttpContext, ExternalUser?>? UserOf { get; set; }
}
