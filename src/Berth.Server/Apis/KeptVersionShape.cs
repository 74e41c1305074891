using System.Text.Json;
using Berth.Registry.Catalog;
using Berth.Registry.Publishing;
using Berth.Registry.Review;
using Berth.Server.Auth;

namespace Berth.Server.Apis;

/// <summary>Versions that are not in the catalogue, for their publisher and for reviewers.</summary>
internal static class KeptVersionShape
{
    /// <summary>The version's record, with its review when it was ever held.</summary>
    public static async Task<object> OfAsync(VersionRecord version, IReviews reviews, CancellationToken cancellationToken)
    {
        var record = RegistryShapes.Version(version, 0);
        if (version.State == VersionState.Visible && version.Stages.All(stage => stage.Verdict == StageVerdicts.Passed))
            return record;
        if (await reviews.OfVersionAsync(version.Slug, version.Version, cancellationToken) is not { } review)
            return record;
        var whole = JsonSerializer.SerializeToNode(record, BerthJson.Options)!.AsObject();
        whole["review"] = JsonSerializer.SerializeToNode(ReviewShapes.Short(review), BerthJson.Options);
        return whole;
    }

    /// <summary>A version that only some may see: held or rejected, asked for by its publisher, its plugin's owner or a reviewer.</summary>
    public static async Task<object?> FindAsync(HttpContext context, string slug, string number)
    {
        var services = context.RequestServices;
        var version = await services.GetRequiredService<IKeptVersions>().FindAsync(slug, number, context.RequestAborted);
        if (version?.State is not (VersionState.Held or VersionState.Rejected))
            return null;
        var reviews = services.GetRequiredService<IReviews>();
        return await reviews.OfVersionAsync(version.Slug, version.Version, context.RequestAborted) is { } review
            && await reviews.FindAsync(review.Id, Reviewers.ActorOf(context.Caller()), context.RequestAborted) is not null
            ? await OfAsync(version, reviews, context.RequestAborted)
            : null;
    }
}
