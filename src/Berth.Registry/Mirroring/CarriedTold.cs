using Berth.Data.Sessions;
using Berth.Packaging.Bundles;
using Berth.Registry.Search;

namespace Berth.Registry.Mirroring;

/// <summary>
/// When a source last spoke of what: bundles are files, and may come in another order than they were made. An older one decides
/// nothing about what a newer one has spoken of.
/// </summary>
internal sealed class CarriedTold(IDatabase database)
{
    private const string Quarantines = "*";

    /// <summary>The plugins, in small letters, of which a newer bundle has spoken; <c>*</c> for quarantines.</summary>
    public Task<IReadOnlySet<string>> NewerAsync(CarriedFrom from, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlySet<string>>(
        async session => (await CarriedMemory.ListAsync(session, from, CarriedMemory.Told)).Where(told => told.AsOf > from.At).Select(told => told.Subject).ToHashSet(StringComparer.Ordinal),
        cancellationToken);

    /// <summary>Whether a newer bundle has told of quarantines.</summary>
    public static bool HasQuarantines(IReadOnlySet<string> newer) => newer.Contains(Quarantines);

    /// <summary>Whether a newer bundle has told of a plugin.</summary>
    public static bool Has(IReadOnlySet<string> newer, string slug) => newer.Contains(SearchWords.Fold(slug));

    /// <summary>Remembers that this bundle was taken over.</summary>
    public Task RememberAsync(BundleIndex index, CarriedFrom from, IReadOnlySet<string> newer, CancellationToken cancellationToken)
    {
        var subjects = index.Versions.Select(version => SearchWords.Fold(version.Slug)).Distinct(StringComparer.Ordinal);
        if (index.Quarantined is not null)
            subjects = subjects.Append(Quarantines);
        var told = subjects.Where(subject => !newer.Contains(subject)).ToList();
        return database.WriteAsync(
            async session =>
            {
                foreach (var subject in told)
                    await CarriedMemory.PutAsync(session, from, CarriedMemory.Told, subject, "");
                return told.Count;
            },
            cancellationToken);
    }
}
