using Berth.Data.Blobs;
using Berth.Host;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.PrivatePackages;
using Berth.Lifecycle.Store;
using Berth.Packaging.Archive;
using Berth.Registry.Publishing;
using Berth.Server.Auth;
using Berth.Server.GitHub;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;
using Microsoft.AspNetCore.Http.Features;

namespace Berth.Server.Apis;

/// <summary>
/// Installs from an uploaded file or a release on GitHub: stage → read → keep for the caller alone → install just these
/// bytes. Nothing of the package runs before the install itself decides that it may.
/// </summary>
internal static class PackageInstallApi
{
    private const int FormOverhead = 2 * 1024 * 1024;

    public static void MapPackageInstall(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in InstallationsApi.Prefixes)
        {
            routes.MapGroup(prefix).WithTags("Installations").WithBerthPolicies().WithMetadata(new CompatibleErrors())
                .MapPost("/install", InstallAsync).InCategory(RateCategory.Upload).NeedScope(TokenScopes.Write).WithSummary("Install for the caller from an uploaded package or a GitHub release");
        }
    }

    private static async Task<IResult> InstallAsync(
        HttpContext context, IPackageBlobs blobs, IPrivatePackages packages, IPackageSource source, ILifecycleOperations operations, GitHubReleases releases, PackageLimits limits, ITrustCeilings ceilings)
    {
        LimitBody(context, limits.MaxPackageBytes + FormOverhead);
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        try
        {
            await using var form = await PackageForm.ReadAsync(context, blobs, limits.MaxPackageBytes);
            var (file, url) = await PackageAsync(form, blobs, releases, limits, context.RequestAborted);
            await using (file)
            {
                var package = await ReadAsync(file, form, source, limits, context.RequestAborted);
                if (isDryRun)
                    return OperationResults.Shown(new OperationOutcome.Planned(Plan(package, form.Grant ?? [], name => ceilings.Permits(package.Manifest.Name, IPrivatePackages.TrustLevelOf(context.Caller().IsAdministrator), name))), _ => throw new InvalidOperationException("A dry run did something."));

                var caller = context.Caller();
                var kept = await KeepAsync(packages, caller, file.Content, context.RequestAborted);
                var request = new InstallRequest(kept.Slug, Grant: form.Grant, SourceUrl: url, Digest: kept.Digest) { InstallationType = form["method"]! };
                return InstallationsApi.Installed(await operations.InstallAsync(caller.ForOperations(context), request, context.RequestAborted));
            }
        }
        catch (BlobTooLargeException exception)
        {
            throw TooLarge(exception.MaxBytes);
        }
    }

    private static async Task<(StagedBlob File, string? Url)> PackageAsync(
        PackageForm form, IPackageBlobs blobs, GitHubReleases releases, PackageLimits limits, CancellationToken cancellationToken)
    {
        switch (form["method"])
        {
            case "local-file":
                return (form.File ?? throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.form", "The form has no field 'file' with the package."), null);
            case "github":
                var repository = RepositoryAddress.Read(form["repo_url"]) ?? throw new ApiProblemException(StatusCodes.Status400BadRequest, "github.repository",
                    "'repo_url' is the address of a repository: https://github.com/{owner}/{repo}.");
                if (form["version"] is { } version && (version.Length > 256 || version.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '+' or '_'))))
                    throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.invalid", "'version' is the version of a release, for example 1.2.0, or 'latest'.");
                await using (var download = await releases.OpenAsync(repository, form["version"], cancellationToken))
                    return (await blobs.StageAsync(download, limits.MaxPackageBytes, cancellationToken), repository.ToString());
            default:
                throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.form", "'method' is 'local-file' or 'github'.");
        }
    }

    private static async Task<Package> ReadAsync(StagedBlob file, PackageForm form, IPackageSource source, PackageLimits limits, CancellationToken cancellationToken)
    {
        var read = await PackageReader.ReadAsync(file.Content, limits, cancellationToken);
        if (!read.IsAccepted)
            throw Refused(read.Faults);
        file.Content.Position = 0;
        var manifest = read.Package.Manifest;
        List<PackageFault> faults = [];
        if (ReservedSlugs.Check(manifest.Name) is { } reserved)
            faults.Add(reserved);
        if (form["method"] == "github" && form["version"] is { } asked && asked != "latest" && asked.TrimStart('v', 'V') != manifest.Version.ToString())
        {
            faults.Add(new PackageFault(
                PublishFaultCodes.VersionMismatch, $"The release {asked} carries a package that says it is {manifest.Version}. Tell its publisher.", Pointer: "/version"));
        }

        if (faults.Count > 0)
            throw Refused(faults);
        await CheckSpellingAsync(manifest.Name, source, cancellationToken);
        return read.Package;
    }

    /// <summary>A private plugin may bear the name of a public one, for it is somebody's next version; but not its name in another case.</summary>
    private static async Task CheckSpellingAsync(string slug, IPackageSource source, CancellationToken cancellationToken)
    {
        try
        {
            if (await source.VersionsAsync(slug, cancellationToken) is [var published, ..] && published.Slug != slug)
                throw new ApiProblemException(StatusCodes.Status403Forbidden, "slug.taken", $"There is a public plugin '{published.Slug}', and '{slug}' differs from it only in case. Choose another name.");
        }
        catch (PackageSourceUnavailableException)
        {
            // An upload needs no registry.
        }
    }

    private static async Task<AvailableVersion> KeepAsync(IPrivatePackages packages, Caller caller, Stream content, CancellationToken cancellationToken) =>
        await (caller.IsAdministrator
            ? packages.AddTrustedAsync(caller.UserId, content, caller.ActorId, cancellationToken)
            : packages.AddAsync(caller.UserId, content, caller.ActorId, cancellationToken)) switch
        {
            PrivatePackageOutcome.Added added => added.Version,
            PrivatePackageOutcome.Refused refused => throw Refused(refused.Faults),
            PrivatePackageOutcome.TooLarge large => throw TooLarge(large.MaxBytes),
            var unknown => throw new InvalidOperationException($"Unknown outcome {unknown.GetType().Name}."),
        };

    /// <summary>A dry run keeps nothing, so it says what the package itself says.</summary>
    private static OperationPlan Plan(Package package, IReadOnlyList<string> grant, Func<string, bool> permits) => new()
    {
        Kind = "install",
        Slug = package.Manifest.Name,
        Version = package.Manifest.Version.ToString(),
        Digest = package.Digest,
        Capabilities = [.. package.Manifest.Security.Capabilities.Select(name => new PlannedCapability(
            Capabilities.All.FirstOrDefault(known => known.Name == name) ?? new Capability(name, CapabilityRisk.Critical, "Not known to this host"),
            IsNew: true, grant.Contains(name, StringComparer.Ordinal)) { Hosts = Berth.Lifecycle.Operations.Planning.NetworkReach.HostsOf(name, package.Manifest), IsPermitted = permits(name) })],
        Modules = [.. (package.Manifest.Frontend?.Modules ?? []).Select(module => module.Name)],
        Notes = ["Nothing was kept. What you have installed is looked at when the package is: dependencies, conflicts, and where its code may run."],
        Steps = ["keep", "fetch", "commit", "record"],
    };

    private static ApiProblemException Refused(IReadOnlyList<PackageFault> faults) => new(PublishApi.Refused(faults));

    private static ApiProblemException TooLarge(long maxBytes) =>
        new(StatusCodes.Status413PayloadTooLarge, "package.too_large", $"The package is larger than {maxBytes} bytes.");

    private static void LimitBody(HttpContext context, long maxBytes)
    {
        if (context.Request.ContentLength > maxBytes)
            throw TooLarge(maxBytes - FormOverhead);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = maxBytes + (1024 * 1024);
    }
}
