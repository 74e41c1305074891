using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Store;
using Berth.Server.Auth;
using Berth.Server.Files;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>
/// The files of installed plugins. The hot path: answered from the user's snapshot and the version's file table, without
/// a database and without a lock. What is not in the table does not exist.
/// </summary>
internal static class PublicFilesApi
{
    private const int UserIdLength = 32;

    public static void MapPublicFiles(this IEndpointRouteBuilder routes) =>
        routes.MapDescribed("/api/v1/public/plugins/{pluginId}/{**path}", [HttpMethods.Get, HttpMethods.Head], ServeAsync)
            .WithTags("Files").WithSummary("A file of the caller's installed version").WithMetadata(new AnonymousAllowed());

    private static async Task ServeAsync(HttpContext context)
    {
        try
        {
            await FindAndWriteAsync(context);
        }
        catch (Exception exception) when (!context.Response.HasStarted && ProblemOf.Exception(exception, context) is { } problem)
        {
            context.Response.Clear();
            SecurityHeaders.Set(context.Response.Headers);
            await ProblemResult.WriteAsync(context, problem);
        }
    }

    private static async Task FindAndWriteAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var path = context.GetRouteValue("path") as string ?? "";
        var pluginId = (string)context.GetRouteValue("pluginId")!;
        if (RawTarget.IsSuspicious(context))
            throw NotFound();
        // A plugin's file must never become a service worker: it would see every request of the page's origin.
        if (context.Request.Headers["Service-Worker"].Count > 0)
            throw new ApiProblemException(StatusCodes.Status403Forbidden, "file.service_worker", "A plugin's file cannot be a service worker.");

        var slash = path.Length > 0 && path[0] == '~' ? path.IndexOf('/', StringComparison.Ordinal) : -1;
        var byCapability = slash > 0;
        var version = byCapability
            ? await ByCapabilityAsync(services, pluginId, path.AsMemory(1, slash - 1), context.RequestAborted)
            : await ByCallerAsync(context, pluginId);
        if (version is null || !version.Files.TryFind(byCapability ? path[(slash + 1)..] : path, out var file))
            throw NotFound();
        await services.GetRequiredService<FileResponse>().WriteAsync(context, file, byCapability);
    }

    private static async ValueTask<StoredVersion?> ByCapabilityAsync(
        IServiceProvider services, string pluginId, ReadOnlyMemory<char> capability, CancellationToken cancellationToken)
    {
        if (pluginId.Length <= UserIdLength + 1 || pluginId[UserIdLength] != '_' || !FileCapability.TryReadVersion(capability.Span, out var version))
            return null;
        var userId = pluginId[..UserIdLength];
        var installed = await services.GetRequiredService<IInstallations>().OfUserAsync(userId, cancellationToken);
        // A page that was open during an update still finds its chunks: the rollback slot's version counts as installed.
        if (!installed.TryFind(pluginId, out var plugin) || !plugin.Enabled || (version != plugin.Version && version != plugin.PreviousVersion))
            return null;
        var stored = await services.GetRequiredService<ISharedStore>().FindVersionAsync(plugin.Slug, version, cancellationToken);
        return stored is not null && services.GetRequiredService<FileCapability>().Verify(capability.Span, userId, plugin.Slug, version, stored.Digest)
            ? stored
            : null;
    }

    private static async ValueTask<StoredVersion?> ByCallerAsync(HttpContext context, string pluginId)
    {
        var services = context.RequestServices;
        var caller = await services.GetRequiredService<ICallerResolver>().ResolveAsync(context)
            ?? throw new ApiProblemException(StatusCodes.Status401Unauthorized, "auth.required",
                "Send a personal access token, or use the address with the capability segment from 'bundlelocation'.");
        if (!TokenScopes.Permit(caller.Scopes, TokenScopes.Read))
            throw new ApiProblemException(StatusCodes.Status403Forbidden, "auth.scope", "The token does not permit 'read'.");
        caller = await ActingFor.ResolveAsync(context, caller);
        var installed = await services.GetRequiredService<IInstallations>().OfUserAsync(caller.UserId, context.RequestAborted);
        return installed.TryFind(pluginId, out var plugin) && plugin.Enabled
            ? await services.GetRequiredService<ISharedStore>().FindVersionAsync(plugin.Slug, plugin.Version, context.RequestAborted)
            : null;
    }

    private static ApiProblemException NotFound() =>
        new(StatusCodes.Status404NotFound, "file.unknown", "There is no such file in the version you have installed, the plugin is disabled, or you do not have it.");
}
