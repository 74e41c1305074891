using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Publishing;
using Berth.Registry.Trust.Quarantines;

namespace Berth.Registry.Review;

/// <inheritdoc />
internal sealed class Reviews(IDatabase database, IPublications publications, PackageFileIndex files, CatalogSnapshots snapshots, TimeProvider time) : IReviews
{
    public Task<IReadOnlyList<ReviewRecord>> ListAsync(ReviewQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return database.ReadAsync(session => ReviewRows.ListAsync(session, query), cancellationToken);
    }

    public async Task<ReviewRecord?> FindAsync(string id, ReviewActor actor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(actor);
        return await database.ReadAsync(
            async session => await ReviewRows.FindAsync(session, id) is { } review && await MaySeeAsync(session, review, actor) ? review : null, cancellationToken);
    }

    public Task<ReviewRecord?> OfVersionAsync(string slug, string version, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => ReviewRows.FindAsync(session, slug, version), cancellationToken);

    public async Task<ReviewOutcome> DecideAsync(
        string id, bool isApproved, ReviewActor actor, string? reason, bool isDryRun, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (await FindAsync(id, actor, cancellationToken) is not { } review)
            return new ReviewOutcome.Unknown();
        if (await WhyNotAsync(review, isApproved, actor, reason, cancellationToken) is { } not)
            return not;
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (isApproved)
        {
            // A stage that broke has not told which files the version has.
            await files.CompleteAsync(cancellationToken);
            if (await database.ReadAsync(session => ReviewQuarantine.WhyAsync(session, review.Slug, review.Version, at), cancellationToken) is { } quarantined)
                return new ReviewOutcome.Quarantined(review, quarantined);
        }

        if (isDryRun)
            return new ReviewOutcome.Done(review);

        // A quarantine that is set from here on hits the version when it is visible too.
        // A work that answers false after a first statement would leave half of it: that is thrown, and nothing is written.
        var decided = await TryAsync(async session =>
        {
            if (!await ReviewRows.DecideAsync(session, review, isApproved, actor.ActorId, Clean(reason), at))
                throw new DecidedMeanwhileException();
            await ReviewTrail.DecidedAsync(session, review, isApproved, actor.ActorId, Clean(reason), at);
        }, cancellationToken);
        return await EndAsync(review, decided, cancellationToken);
    }

    public async Task<ReviewOutcome> AppealAsync(string id, ReviewActor actor, string text, bool isDryRun, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        if (await FindAsync(id, actor, cancellationToken) is not { } review)
            return new ReviewOutcome.Unknown();
        if (review.PublishedBy != actor.UserId)
            return new ReviewOutcome.NotPublisher();
        if (review.Appeal is not null)
            return new ReviewOutcome.AppealedBefore();
        if (review.State != ReviewState.Rejected)
            return new ReviewOutcome.NotRejected(review);
        if (isDryRun)
            return new ReviewOutcome.Done(review);

        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var appealed = await TryAsync(async session =>
        {
            if (!await ReviewRows.AppealAsync(session, review, Clean(text)!, at))
                throw new DecidedMeanwhileException();
            await ReviewTrail.TellAsync(session, review, "berth.package.appealed", "review.appeal", actor.ActorId, Clean(text), at);
        }, cancellationToken);
        return await EndAsync(review, appealed, cancellationToken);
    }

    private async Task<ReviewOutcome?> WhyNotAsync(ReviewRecord review, bool isApproved, ReviewActor actor, string? reason, CancellationToken cancellationToken)
    {
        if (!actor.IsReviewer
            && !(review.IsStaged && await database.ReadAsync(session => SlugRights.MayApproveAsync(session, review.Slug, actor.UserId), cancellationToken)))
        {
            return new ReviewOutcome.NotReviewer();
        }

        // Neither who published it nor who sent it for them, whoever they act for now.
        if (new[] { review.PublishedBy, review.SentBy }.Intersect([actor.ActorId, actor.UserId]).Any())
            return new ReviewOutcome.OwnVersion();
        if (review.State != ReviewState.Open)
            return new ReviewOutcome.NotOpen(review);
        if (review.Appeal is not null && (review.RejectedBy == actor.ActorId || review.RejectedBy == actor.UserId))
            return new ReviewOutcome.SameReviewer();
        if (!string.IsNullOrWhiteSpace(reason))
            return null;
        var critical = isApproved && EvidenceFindings.HaveCritical(await publications.StagesAsync(review.Slug, review.Version, cancellationToken));
        return critical || !isApproved ? new ReviewOutcome.ReasonNeeded(critical) : null;
    }

    private static async Task<bool> MaySeeAsync(DbSession session, ReviewRecord review, ReviewActor actor) =>
        actor.IsReviewer || review.PublishedBy == actor.UserId || await SlugRights.MayApproveAsync(session, review.Slug, actor.UserId);

    private async Task<bool> TryAsync(Func<DbSession, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            return await database.WriteAsync(async session =>
            {
                await work(session);
                return true;
            }, cancellationToken);
        }
        catch (DecidedMeanwhileException)
        {
            return false;
        }
    }

    private async Task<ReviewOutcome> EndAsync(ReviewRecord review, bool isDone, CancellationToken cancellationToken)
    {
        if (isDone)
            snapshots.Invalidate(review.Slug);
        var now = await database.ReadAsync(session => ReviewRows.FindAsync(session, review.Id), cancellationToken) ?? review;
        return isDone ? new ReviewOutcome.Done(now) : new ReviewOutcome.NotOpen(now);
    }

    // PostgreSQL takes no NUL in a text.
    private static string? Clean(string? text) => text?.Replace("\0", "", StringComparison.Ordinal).Trim();

    private sealed class DecidedMeanwhileException : Exception;
}
