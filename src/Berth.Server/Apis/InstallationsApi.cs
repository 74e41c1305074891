using Berth.Lifecycle.AutoUpdates;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Versions;
using Berth.Server.Auth;
using Berth.Server.Events;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;

namespace Berth.Server.Apis;

/// <summary>The caller's installations: what there is, and the operations on it.</summary>
internal static class InstallationsApi
{
    /// <summary>The prefixes under which the same routes are served; the second is the older one.</summary>
    public static readonly string[] Prefixes = ["/api/v1/plugins", "/api/plugins"];

    public static void MapInstallations(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in Prefixes)
        {
            var group = routes.MapGroup(prefix).WithTags("Installations").WithBerthPolicies().WithMetadata(new CompatibleErrors());
            (prefix == Prefixes[^1] ? group.MapGet("/", ListForOlderAsync) : group.MapGet("/", ListAsync)).WithSummary("The caller's installations");
            group.MapGet("/available", AvailableAsync).InCategory(RateCategory.Search).WithSummary("What the caller may install");
            group.MapGet("/updates/available", UpdatesAsync).WithSummary("Newer versions of what the caller has");
            group.MapPost("/{slug}/install", InstallAsync).NeedScope(TokenScopes.Write).WithSummary("Install for the caller");
            group.MapMethods("/{slug}/update", [HttpMethods.Post, HttpMethods.Put], UpdateAsync).NeedScope(TokenScopes.Write).WithSummary("Update the caller's installation");
            group.MapPost("/{slug}/rollback", RollbackAsync).NeedScope(TokenScopes.Write).WithSummary("Back to the previous version, with its data");
            group.MapPost("/{slug}/repair", RepairAsync).NeedScope(TokenScopes.Write).WithSummary("Restore files by digest and rows from the manifest");
            group.MapDelete("/{slug}/uninstall", UninstallAsync).NeedScope(TokenScopes.Write).WithSummary("Uninstall for the caller; purge=true also removes the documents, dependents=true what needs it");
            group.MapDelete("/{slug}", UninstallAsync).NeedScope(TokenScopes.Write).WithSummary("Uninstall for the caller");
            group.MapPatch("/{slug}", InstallationPatchApi.PatchAsync).NeedScope(TokenScopes.Write).WithSummary("Enable or disable, pin, choose a channel, let it be updated by itself; choose which files are served; grant and revoke capabilities");
            group.MapGet("/{slug}/status", StatusAsync).WithSummary("Whether the installation is sound");
            group.MapGet("/{slug}/info", InfoAsync).WithSummary("One installation");
            group.MapGet("/{slug}/versions", VersionsAsync).WithSummary("Versions on offer");
            group.MapGet("/{slug}/plan", PlanAsync).WithSummary("What an install or update would do");
            group.MapGet("/{slug}/update/available", UpdateOfOneAsync).WithSummary("Whether there is a newer version");
        }
    }

    private static async Task<IResult> ListAsync(HttpContext context, IInstallations installations, InstallationShapes shapes, IAutoUpdates autoUpdates)
    {
        var installed = await installations.OfUserAsync(context.Caller().UserId, context.RequestAborted);
        var automatic = await autoUpdates.OfUserAsync(installed.UserId, context.RequestAborted); // one question for all of them
        return await ListedAsync(installed, shapes, (plugin, shape) => shape["auto_update"] = AutoUpdatesApi.Shape(plugin, automatic.GetValueOrDefault(plugin.Slug), autoUpdates), context.RequestAborted);
    }

    /// <summary>Front ends from before Berth get exactly the members that they know.</summary>
    private static async Task<IResult> ListForOlderAsync(HttpContext context, IInstallations installations, InstallationShapes shapes) =>
        await ListedAsync(await installations.OfUserAsync(context.Caller().UserId, context.RequestAborted), shapes, (_, _) => { }, context.RequestAborted);

    private static async Task<IResult> ListedAsync(UserInstallations installed, InstallationShapes shapes, Action<InstalledPlugin, Dictionary<string, object?>> add, CancellationToken cancellationToken)
    {
        var plugins = new List<object>(installed.Plugins.Count);
        foreach (var plugin in installed.Plugins)
        {
            var shape = await shapes.PluginAsync(plugin, installed, cancellationToken);
            add(plugin, shape);
            plugins.Add(shape);
        }

        return Results.Json(new { plugins }, CompatibleJson.Options);
    }

    private static async Task<IResult> AvailableAsync(HttpContext context, IPackageSource source, IInstallations installations)
    {
        var query = new AvailableQuery(
            QueryValues.Text(context.Request, "q") ?? "", QueryValues.Text(context.Request, "category"),
            QueryValues.Limit(context.Request, preset: 100), QueryValues.Text(context.Request, "cursor", maxLength: 2048));
        var page = await source.SearchAsync(query, context.RequestAborted);
        QueryValues.LinkNext(context, page.NextCursor);
        var installed = await installations.OfUserAsync(context.Caller().UserId, context.RequestAborted);
        var plugins = page.Plugins.ToDictionary(plugin => plugin.Newest.Slug, plugin =>
        {
            var manifest = plugin.Newest.Manifest;
            return (object)new
            {
                name = manifest.DisplayName,
                manifest.Description,
                version = plugin.Newest.Version.ToString(),
                manifest.Author,
                manifest.Category,
                manifest.Icon,
                type = manifest.Type.ToString().ToLowerInvariant(),
                trust_level = plugin.Newest.TrustLevel,
                capabilities = manifest.Security.Capabilities,
                plugin.Downloads,
                installed_version = installed.TryFind(plugin.Newest.Slug, out var mine) ? mine.Version : null,
            };
        });
        return Results.Json(new { status = "success", data = new { available_plugins = plugins, page.TotalCount, page.NextCursor } }, BerthJson.Options);
    }

    private static async Task<IResult> InstallAsync(HttpContext context, ILifecycleOperations operations, BackgroundOperations background)
    {
        var body = await RequestBody.ReadOptionalAsync<InstallBody>(context);
        var request = new InstallRequest(
            RouteValues.Slug(context), Range(body.Version), body.Grant, body.SourceUrl, QueryValues.Flag(context.Request, "dry_run"), Digest(body.Digest), body.GrantDependencies);
        return await background.RunAsync(context, request.IsDryRun, (caller, cancel) => operations.InstallAsync(caller, request, cancel), Installed);
    }

    /// <summary>The answer to every way of installing.</summary>
    internal static IResult Installed(OperationOutcome outcome) => OperationResults.Shown(outcome, result => new
    {
        plugin_slug = result.Slug,
        plugin_id = result.PluginId,
        result.Version,
        result.ModulesCreated,
        result.DependenciesInstalled,
        members = OperationResults.Members(result),
    }, StatusCodes.Status201Created);

    private static async Task<IResult> UpdateAsync(HttpContext context, ILifecycleOperations operations, BackgroundOperations background)
    {
        var body = await RequestBody.ReadOptionalAsync<InstallBody>(context);
        var request = new UpdateRequest(RouteValues.Slug(context), Range(body.Version), body.Grant, QueryValues.Flag(context.Request, "dry_run"), body.GrantDependencies);
        return await background.RunAsync(context, request.IsDryRun, (caller, cancel) => operations.UpdateAsync(caller, request, cancel), Switched);
    }

    private static async Task<IResult> RollbackAsync(HttpContext context, ILifecycleOperations operations, BackgroundOperations background)
    {
        var body = await RequestBody.ReadOptionalAsync<RollbackBody>(context);
        if (body.Data is not (null or "previous" or "migrate"))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.invalid", "'data' is 'previous' (the data as it was) or 'migrate' (carry the present data back).");
        var request = new RollbackRequest(RouteValues.Slug(context), body.Data == "migrate", QueryValues.Flag(context.Request, "dry_run"));
        return await background.RunAsync(context, request.IsDryRun, (caller, cancel) => operations.RollbackAsync(caller, request, cancel), Switched);
    }

    private static IResult Switched(OperationOutcome outcome) => OperationResults.Shown(outcome, result => new
    {
        plugin_slug = result.Slug,
        plugin_id = result.PluginId,
        result.PreviousVersion,
        new_version = result.Version,
        result.Migrated,
        members = OperationResults.Members(result),
    });

    private static async Task<IResult> UninstallAsync(HttpContext context, ILifecycleOperations operations, BackgroundOperations background)
    {
        var request = new UninstallRequest(
            RouteValues.Slug(context), QueryValues.Flag(context.Request, "purge"), QueryValues.Flag(context.Request, "dry_run"), QueryValues.Flag(context.Request, "dependents"));
        return await background.RunAsync(context, request.IsDryRun, (caller, cancel) => operations.UninstallAsync(caller, request, cancel), outcome => OperationResults.Shown(outcome, result => new
        {
            plugin_slug = result.Slug,
            plugin_id = result.PluginId,
            deleted_modules = result.ModulesDeleted,
            members = OperationResults.Members(result),
        }));
    }

    private static async Task<IResult> RepairAsync(HttpContext context, ILifecycleOperations operations)
    {
        var request = new RepairRequest(RouteValues.Slug(context), QueryValues.Flag(context.Request, "dry_run"));
        var outcome = await operations.RepairAsync(context.Caller().ForOperations(context), request, context.RequestAborted);
        return OperationResults.Shown(outcome, result => new
        {
            plugin_slug = result.Slug,
            plugin_id = result.PluginId,
            result.Version,
            result.FilesRestored,
            result.ModulesCreated,
            result.ModulesDeleted,
        });
    }

    private static async Task<IResult> StatusAsync(HttpContext context, IInstallationStatus status, InstallationShapes shapes)
    {
        var slug = RouteValues.Slug(context);
        var report = await status.CheckAsync(context.Caller().ForOperations(context), slug, context.RequestAborted);
        return Results.Json(new { status = "success", data = await shapes.StatusAsync(slug, report, context.RequestAborted) }, BerthJson.Options);
    }

    private static async Task<IResult> InfoAsync(HttpContext context, IInstallations installations, InstallationShapes shapes, IAutoUpdates autoUpdates)
    {
        var (plugin, installed) = await InstalledAsync(context, installations);
        var shape = await shapes.PluginAsync(plugin, installed, context.RequestAborted);
        shape["auto_update"] = await AutoUpdatesApi.ShapeAsync(plugin, autoUpdates, context.RequestAborted);
        return Results.Json(new { status = "success", data = shape }, CompatibleJson.Options);
    }

    private static async Task<IResult> VersionsAsync(HttpContext context, IPackageSource source)
    {
        var slug = RouteValues.Slug(context);
        var versions = await source.VersionsAsync(slug, context.RequestAborted);
        return versions.Count == 0
            ? throw new ApiProblemException(StatusCodes.Status404NotFound, "plugin.unknown", $"The registry has no plugin '{slug}'.")
            : Results.Json(new
            {
                plugin_slug = versions[0].Slug,
                versions = versions.Select(version => new
                {
                    version = version.Version.ToString(),
                    version.Digest,
                    version.Size,
                    version.TrustLevel,
                    yanked = version.IsYanked,
                    version.Channels,
                    version.Deprecation,
                    prerelease = version.Version.IsPrerelease,
                }),
            }, BerthJson.Options);
    }

    private static async Task<IResult> PlanAsync(HttpContext context, IInstallations installations, ILifecycleOperations operations)
    {
        var slug = RouteValues.Slug(context);
        var version = Range(QueryValues.Text(context.Request, "version", maxLength: 256));
        var caller = context.Caller().ForOperations(context);
        var installed = await installations.OfUserAsync(caller.UserId, context.RequestAborted);
        var outcome = installed.TryFind(slug, out _)
            ? await operations.UpdateAsync(caller, new UpdateRequest(slug, version, IsDryRun: true), context.RequestAborted)
            : await operations.InstallAsync(caller, new InstallRequest(slug, version, IsDryRun: true), context.RequestAborted);
        return OperationResults.Shown(outcome, _ => throw new InvalidOperationException("A dry run did something."));
    }

    private static async Task<IResult> UpdatesAsync(HttpContext context, IInstallations installations, IUpdateCandidates candidates, IVersionNotices notices, IAutoUpdates autoUpdates)
    {
        var installed = await installations.OfUserAsync(context.Caller().UserId, context.RequestAborted);
        return await AvailableUpdates.ShowAsync(installed.Plugins, installed, candidates, notices, autoUpdates, context.RequestAborted);
    }

    private static async Task<IResult> UpdateOfOneAsync(HttpContext context, IInstallations installations, IUpdateCandidates candidates, IVersionNotices notices, IAutoUpdates autoUpdates)
    {
        var (plugin, installed) = await InstalledAsync(context, installations);
        return await AvailableUpdates.ShowAsync([plugin], installed, candidates, notices, autoUpdates, context.RequestAborted);
    }

    private static async Task<(InstalledPlugin Plugin, UserInstallations All)> InstalledAsync(HttpContext context, IInstallations installations)
    {
        var slug = RouteValues.Slug(context);
        var installed = await installations.OfUserAsync(context.Caller().UserId, context.RequestAborted);
        return installed.TryFind(slug, out var plugin) ? (plugin, installed)
            : throw new ApiProblemException(StatusCodes.Status404NotFound, "plugin.not_installed", $"You have not installed '{slug}'.");
    }

    private static string? Digest(string? digest) =>
        digest is null || (digest.Length == 64 && digest.All(char.IsAsciiHexDigit)) ? digest?.ToLowerInvariant()
        : throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.invalid", "'digest' is the SHA-256 of a package, 64 hexadecimal digits.");

    private static string? Range(string? version) =>
        version is { Length: > 256 }
            ? throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.invalid", "'version' is longer than 256 characters.")
            : string.IsNullOrWhiteSpace(version) ? null : version;

    private sealed record InstallBody
    {
        public string? Version { get; init; }

        public string? SourceUrl { get; init; }

        public IReadOnlyList<string>? Grant { get; init; }

        public IReadOnlyDictionary<string, IReadOnlyList<string>>? GrantDependencies { get; init; }

        public string? Digest { get; init; }
    }

    private sealed record RollbackBody(string? Data)
    {
        public RollbackBody()
            : this((string?)null)
        {
        }
    }
}
