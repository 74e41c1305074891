using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Trust;
using Berth.Server.Auth;
using Berth.Server.Files;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;

namespace Berth.Server.Apis;

/// <summary>
/// The files of installed plugins. The hot path: answered from the user's snapshot and the version's file table, without
/// a database and without a lock. What is not in the table does not exist.
/// </summary>
internal sealed class PublicFilesApi(IInstallations installations, ISharedStore store, FileCapability capabilities, FileResponse response, IRegistryTrust trust)
{
    private const string Prefix = "/api/v1/public/plugins/";
    private const int UserIdLength = 32;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapDescribed(Prefix + "{pluginId}/{**path}", [HttpMethods.Get, HttpMethods.Head], static context =>
                context.RequestServices.GetRequiredService<PublicFilesApi>()
                    .ServeAsync(context, (string)context.GetRouteValue("pluginId")!, context.GetRouteValue("path") as string ?? ""))
            .WithTags("Files").WithSummary("A file of the caller's installed version").WithMetadata(new AnonymousAllowed()).InCategory(RateCategory.None);

    /// <summary>
    /// Takes files out of the pipeline before anything else looks at the request. The endpoint says the same words; this is
    /// the shorter way to them for a server of our own.
    /// </summary>
    public static void UseFirst(IApplicationBuilder app)
    {
        var files = app.ApplicationServices.GetRequiredService<PublicFilesApi>();
        app.Use(next => context =>
        {
            var target = context.Request.Path.Value!;
            if (!target.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)))
                return next(context);
            var slash = target.IndexOf('/', Prefix.Length);
            return slash <= Prefix.Length ? next(context) : files.ServeAsync(context, target[Prefix.Length..slash], target[(slash + 1)..]);
        });
    }

    private async Task ServeAsync(HttpContext context, string pluginId, string path)
    {
        try
        {
            await FindAndWriteAsync(context, pluginId, path);
        }
        catch (Exception exception) when (!context.Response.HasStarted && ProblemOf.Exception(exception, context) is { } problem)
        {
            context.Response.Clear();
            SecurityHeaders.Set(context);
            // A page on another site that asked with a capability may read why it got no file; a browser would otherwise
            // speak of a blocked response and hide the 404 from whoever looks for the fault.
            context.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
            if (path.StartsWith('~'))
                context.Response.Headers.AccessControlAllowOrigin = "*";
            await ProblemResult.WriteAsync(context, problem);
        }
    }

    private async Task FindAndWriteAsync(HttpContext context, string pluginId, string path)
    {
        if (RawTarget.IsSuspicious(context))
            throw NotFound();
        // A plugin's file must never become a service worker: it would see every request of the page's origin.
        if (context.Request.Headers["Service-Worker"].Count > 0)
            throw new ApiProblemException(StatusCodes.Status403Forbidden, "file.service_worker", "A plugin's file cannot be a service worker.");

        var slash = path.Length > 0 && path[0] == '~' ? path.IndexOf('/', StringComparison.Ordinal) : -1;
        var byCapability = slash > 0;
        var found = byCapability
            ? await ByCapabilityAsync(pluginId, path.AsMemory(1, slash - 1), context.RequestAborted)
            : await ByCallerAsync(context, pluginId);
        if (found is not var (version, files, isExact) || !files.TryFind(byCapability ? path[(slash + 1)..] : path, out var file))
            throw NotFound();
        if (trust.StopOf(version.Slug, version.Version) is { } stop)
            throw new ApiProblemException(StatusCodes.Status403Forbidden, "plugin.quarantined", $"{version.Slug} {version.Version} is quarantined by the registry, and its files are not served until that is lifted: {stop}");
        var way = !byCapability ? FileWay.Token : isExact ? FileWay.Capability : FileWay.CapabilityOfOthers;
        // What was optimised may have left the store in this moment, or be broken there; the author's file never leaves before the version.
        await response.WriteAsync(context, file, way, ReferenceEquals(files, version.Files) ? null : version.Files);
    }

    private async ValueTask<Found?> ByCapabilityAsync(string pluginId, ReadOnlyMemory<char> capability, CancellationToken cancellationToken)
    {
        if (pluginId.Length <= UserIdLength + 1 || pluginId[UserIdLength] != '_' || !capabilities.TryRead(capability.Span, out var claim))
            return null;
        var userId = pluginId[..UserIdLength];
        var installed = await installations.OfUserAsync(userId, cancellationToken);
        // A page that was open during an update still finds its chunks: the rollback slot's version counts as installed.
        if (!installed.TryFind(pluginId, out var plugin) || !plugin.Enabled || (claim.Version != plugin.Version && claim.Version != plugin.PreviousVersion))
            return null;
        var stored = await store.FindVersionAsync(plugin.Slug, claim.Version, cancellationToken);
        if (stored is null || !capabilities.Verify(capability.Span, userId, plugin.Slug, claim, stored.Digest))
            return null;
        // The URL names the bytes, whatever the user has chosen since: they are kept for good, and a page that is open needs its own.
        var (files, isExact) = claim.In(stored);
        return new Found(stored, files, isExact);
    }

    private async ValueTask<Found?> ByCallerAsync(HttpContext context, string pluginId)
    {
        var caller = await context.RequestServices.GetRequiredService<ICallerResolver>().ResolveAsync(context)
            ?? throw new ApiProblemException(StatusCodes.Status401Unauthorized, "auth.required",
                "Send a personal access token, or use the address with the capability segment from 'bundlelocation'.");
        if (!TokenScopes.Permit(caller.Scopes, TokenScopes.Read))
            throw new ApiProblemException(StatusCodes.Status403Forbidden, "auth.scope", "The token does not permit 'read'.");
        caller = await ActingFor.ResolveAsync(context, caller);
        var installed = await installations.OfUserAsync(caller.UserId, context.RequestAborted);
        return installed.TryFind(pluginId, out var plugin) && plugin.Enabled && await store.FindVersionAsync(plugin.Slug, plugin.Version, context.RequestAborted) is { } stored
            ? new Found(stored, stored.FilesFor(plugin.AllowsVariant), IsExact: true)
            : null;
    }

    private static ApiProblemException NotFound() =>
        new(StatusCodes.Status404NotFound, "file.unknown", "There is no such file in the version you have installed, the plugin is disabled, or you do not have it.");

    /// <summary>What a request may read, and whether its URL names these very bytes.</summary>
    private readonly record struct Found(StoredVersion Version, FileTable Files, bool IsExact);
}
