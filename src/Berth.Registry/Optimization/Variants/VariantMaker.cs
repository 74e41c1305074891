using System.Text.Json;
using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Packaging.Signing;
using Berth.Packaging.Variants;
using Berth.Registry.Keys;
using Microsoft.Extensions.Logging;

namespace Berth.Registry.Optimization.Variants;

/// <summary>Makes one ordered variant: read the original → optimise → store → sign → row. Whatever fails, the original stays as it is.</summary>
internal sealed partial class VariantMaker(
    IDatabase database, IPackageBlobs blobs, Optimizer optimizer, IRegistrySigner signer, PackageLimits limits, TimeProvider time, ILogger<VariantMaker> logger)
{
    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Before: claimed. After: ended in the database, whatever happened, unless the process is asked to stop.</summary>
    public async Task MakeAsync(ClaimedVariant claimed, CancellationToken cancellationToken)
    {
        VariantEnd end;
        try
        {
            end = claimed.Attempts > VariantRows.MostAttempts
                ? Failed($"It was begun {VariantRows.MostAttempts} times and never ended. The original is offered as before.")
                : await RunAsync(claimed, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailed(exception, claimed.Slug, claimed.Version);
            end = Failed("It could not be made; the log of the registry says more. The original is offered as before.");
        }

        await database.WriteAsync(session => EndAsync(session, claimed, end), cancellationToken);
        LogEnded(claimed.Slug, claimed.Version, end.State, end.Reason ?? "");
    }

    private async Task<VariantEnd> RunAsync(ClaimedVariant claimed, CancellationToken cancellationToken)
    {
        await using var content = await blobs.OpenAsync(claimed.SourceDigest, cancellationToken);
        if (content is null)
            return Failed("The bytes of the original are not in the package store. Tell an administrator.");
        var read = await PackageReader.ReadAsync(content, limits, cancellationToken);
        if (!read.IsAccepted || read.Package.Digest != claimed.SourceDigest)
            return Failed("The bytes of the original are not what its digest says. Tell an administrator.");
        return await optimizer.RunAsync(content, read.Package, cancellationToken) switch
        {
            OptimizationOutcome.Made made => await KeepAsync(made, cancellationToken),
            OptimizationOutcome.NothingToGain nothing => new VariantEnd(VariantState.Unchanged, Report: nothing.Report, Code: "variant.nothing_to_gain", Reason: "The author's files are as small as they get."),
            OptimizationOutcome.Unavailable unavailable => new VariantEnd(VariantState.Unavailable, Code: unavailable.Code, Reason: unavailable.Reason),
            _ => throw new InvalidOperationException("Unknown outcome."),
        };
    }

    /// <summary>Blob first, row last: a variant that is ready always has its bytes.</summary>
    private async Task<VariantEnd> KeepAsync(OptimizationOutcome.Made made, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream(made.Package, writable: false);
        await using var blob = await blobs.StageAsync(bytes, limits.MaxPackageBytes, cancellationToken);
        await blobs.CommitAsync(blob, cancellationToken);
        var signature = await signer.SignAsync(CanonicalFileList.Create(made.Variant), VariantSignature.Type, cancellationToken);
        return new VariantEnd(VariantState.Ready, blob.Digest, blob.Size, made.Report, new SignatureFile([signature]).ToJson());
    }

    private async Task<bool> EndAsync(DbSession session, ClaimedVariant claimed, VariantEnd end)
    {
        // Signed before its key was revoked, written after: the next turn makes it with the key that is in force.
        if (end.Signature is { } signature && await LapsedVariants.IsLapsedAsync(session, signature))
            end = new VariantEnd(VariantState.Queued);
        if (!await VariantRows.EndAsync(session, claimed, end, Now) || end.State != VariantState.Ready)
            return true;
        var data = JsonSerializer.Serialize(new
        {
            slug = claimed.Slug,
            version = claimed.Version,
            kind = claimed.Kind,
            digest = end.Digest,
            source_digest = claimed.SourceDigest,
            size = end.Size,
            saved_percent = end.Report!.SavedPercent,
        });
        await RegistryRecords.AddEventAsync(session, Now, "berth.package.variant_made", $"{claimed.Slug}@{claimed.Version}", claimed.RequestedBy ?? "", data);
        return true;
    }

    private static VariantEnd Failed(string reason) => new(VariantState.Failed, Code: "variant.failed", Reason: reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The optimised variant of {Slug} {Version} could not be made")]
    private partial void LogFailed(Exception exception, string slug, string version);

    [LoggerMessage(Level = LogLevel.Information, Message = "The optimised variant of {Slug} {Version} is {State}. {Reason}")]
    private partial void LogEnded(string slug, string version, string state, string reason);
}
