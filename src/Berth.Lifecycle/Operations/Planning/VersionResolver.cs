using Berth.Lifecycle.Store;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>Finds the version that a request means: at the registry, or in the store when the registry is away.</summary>
internal sealed class VersionResolver(IPackageSource source, SharedStore store)
{
    private static readonly TimeSpan RegistryRetry = TimeSpan.FromSeconds(15);

    /// <summary>Finds the version, or says why there is none.</summary>
    /// <param name="slug">Without regard to case.</param>
    /// <param name="range">A version, a range, or <see langword="null"/> for the newest stable version.</param>
    /// <param name="newerThan">For an update without a range: only newer versions count.</param>
    public async ValueTask<ResolveOutcome> ResolveAsync(string slug, string? range, SemanticVersion? newerThan, CancellationToken cancellationToken)
    {
        if (!StorePaths.IsSlug(slug))
            return No(RefusalKind.NotFound, "plugin.unknown", $"There is no plugin '{Shown(slug)}'.");
        if (!Wish.TryRead(range, newerThan, out var wish))
            return No(RefusalKind.Unprocessable, "version.invalid", $"'{Shown(range!)}' is neither a version nor a range of versions. Write for example 1.2.0, ^1.2 or >=1.0 <2.0.");

        IReadOnlyList<AvailableVersion> offers;
        try
        {
            offers = await source.VersionsAsync(slug, cancellationToken);
        }
        catch (PackageSourceUnavailableException exception)
        {
            return FromStore(slug, wish, exception);
        }

        if (offers.Count == 0)
            return No(RefusalKind.NotFound, "plugin.unknown", $"The registry has no plugin '{slug}'. Search the catalogue for its exact name.");
        if (Choose(offers, offer => offer.Version, offer => offer.IsYanked, wish) is not { } offer)
            return Unknown(offers[0].Slug, wish, offers.Where(one => !one.IsYanked).Select(one => one.Version));
        var stored = store.Find(offer.Slug, offer.Version.ToString());
        return stored is not null && !string.Equals(stored.Digest, offer.Digest, StringComparison.Ordinal)
            ? No(RefusalKind.Conflict, "store.digest_conflict", SharedStore.DigestConflict(stored, offer.Digest).Message)
            : new ResolveOutcome.Found(new Candidate(offer, stored));
    }

    private ResolveOutcome FromStore(string slug, Wish wish, PackageSourceUnavailableException exception)
    {
        var stored = Choose(store.VersionsOf(slug), version => version.Manifest.Version, _ => false, wish);
        return stored is not null
            ? new ResolveOutcome.Found(new Candidate(null, stored))
            : new ResolveOutcome.No(new OperationOutcome.Refused(
                RefusalKind.Unavailable, "registry.unavailable",
                $"The registry does not answer, and the store has no version of {slug} that fits. Try again later. ({exception.Message})", [], RegistryRetry));
    }

    private static T? Choose<T>(IReadOnlyList<T> versions, Func<T, SemanticVersion> version, Func<T, bool> isYanked, Wish wish)
        where T : class
    {
        if (wish.Exact is { } exact)
            return versions.FirstOrDefault(one => version(one).Equals(exact)) ?? versions.FirstOrDefault(one => version(one).CompareTo(exact) == 0);

        T? newest = null;
        foreach (var one in versions)
        {
            if (!isYanked(one) && wish.Fits(version(one)) && (newest is null || version(one).CompareTo(version(newest)) > 0))
                newest = one;
        }

        return newest;
    }

    private static ResolveOutcome.No Unknown(string slug, Wish wish, IEnumerable<SemanticVersion> offered)
    {
        var newest = offered.OrderDescending().Take(3).ToList();
        var known = newest.Count == 0 ? "All its versions were withdrawn." : $"Newest: {string.Join(", ", newest)}.";
        if (wish.NewerThan is { } current && wish.Range is null)
            return No(RefusalKind.Conflict, "update.not_newer", $"{slug} {current} is the newest stable version. {known}");
        return No(RefusalKind.NotFound, "version.unknown", $"{slug} has no version that fits '{wish}'. {known} A prerelease is chosen only when it is named.");
    }

    private static ResolveOutcome.No No(RefusalKind kind, string code, string message) => new(new OperationOutcome.Refused(kind, code, message, []));

    private static string Shown(string text) => text.Length <= 80 ? text : text[..80] + "…";

    /// <summary>What is wished for.</summary>
    private sealed record Wish(SemanticVersion? Exact, VersionRange? Range, SemanticVersion? NewerThan)
    {
        public static bool TryRead(string? text, SemanticVersion? newerThan, out Wish wish)
        {
            wish = new Wish(null, null, newerThan);
            if (string.IsNullOrWhiteSpace(text))
                return true;

            // People write v1.2.0; the number is what counts, and a version never carries the letter.
            text = text.Trim();
            if (text.Length > 1 && text[0] is 'v' or 'V' && char.IsAsciiDigit(text[1]))
                text = text[1..];
            if (SemanticVersion.TryParse(text, out var exact))
                wish = wish with { Exact = exact };
            else if (VersionRange.TryParse(text, out var range))
                wish = wish with { Range = range };
            else
                return false;
            return true;
        }

        public bool Fits(SemanticVersion version) =>
            Range is not null
                ? Range.Contains(version)
                : !version.IsPrerelease && (NewerThan is null || version.CompareTo(NewerThan) > 0);

        public override string ToString() => Exact?.ToString() ?? Range?.ToString() ?? "the newest stable version";
    }
}
