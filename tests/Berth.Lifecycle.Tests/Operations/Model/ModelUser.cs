using System.Collections.Immutable;
using System.Text;
using Texts = System.Collections.Immutable.ImmutableSortedDictionary<string, string>;

namespace Berth.Lifecycle.Tests.Operations.Model;

/// <summary>One user in the model: values that are replaced as a whole, so that a refusal cannot leave half of anything.</summary>
/// <param name="Installed">What they have.</param>
/// <param name="Kept">Documents that an uninstall left, and the version that wrote them.</param>
internal sealed record ModelUser(ImmutableSortedDictionary<string, ModelInstallation> Installed, ImmutableSortedDictionary<string, ModelSlot> Kept)
{
    public static ModelUser New { get; } =
        new(ImmutableSortedDictionary.Create<string, ModelInstallation>(StringComparer.Ordinal), ImmutableSortedDictionary.Create<string, ModelSlot>(StringComparer.Ordinal));

    public ModelUser With(ModelInstallation installation) => this with { Installed = Installed.SetItem(installation.Slug, installation) };

    /// <summary>Puts the versions of a set in force: what is there is updated, the rest installed.</summary>
    public ModelUser With(IEnumerable<ModelVersion> set, string root, bool granted) => set.Aggregate(this, (user, version) =>
        user.Installed.TryGetValue(version.Slug, out var present)
            ? user.With(present.UpdatedTo(version))
            : user.WithNew(ModelInstallation.Of(version, user.Kept.GetValueOrDefault(version.Slug)) with { Granted = granted && version.Slug == root }));

    private ModelUser WithNew(ModelInstallation installation) => new(Installed.SetItem(installation.Slug, installation), Kept.Remove(installation.Slug));

    public ModelUser Without(ModelInstallation gone, bool purge) => new(
        Installed.Remove(gone.Slug),
        purge ? Kept.Remove(gone.Slug) : Kept.SetItem(gone.Slug, new ModelSlot(gone.Version, gone.Documents, ModelDocuments.None)));

    /// <summary>Enabled installations that need a plugin, directly or through others.</summary>
    public IReadOnlyList<ModelInstallation> DependentsOf(string slug, bool all)
    {
        var direct = Installed.Values.Where(one => one.Enabled && one.Slug != slug && one.Version.Needs.ContainsKey(slug)).ToList();
        return all ? [.. direct.SelectMany(one => DependentsOf(one.Slug, all)).Concat(direct).Distinct()] : direct;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var one in Installed.Values)
            text.Append(one);
        foreach (var (slug, kept) in Kept)
            text.Append("kept ").Append(slug).Append(" of ").Append(kept.Version.Number).Append(ModelText.Of(kept.Documents)).AppendLine();
        return text.ToString();
    }
}

/// <summary>One installation in the model.</summary>
internal sealed record ModelInstallation(string Slug, ModelVersion Version, Texts Documents)
{
    public bool Enabled { get; init; } = true;

    public string? Pinned { get; init; }

    public string Channel { get; init; } = "stable";

    public bool Granted { get; init; }

    /// <summary>Field → JSON, secrets as well.</summary>
    public Texts Settings { get; init; } = ModelDocuments.None;

    public ModelSlot? Previous { get; init; }

    /// <summary>What was chosen of modules, also of those that only other versions have.</summary>
    public ImmutableSortedDictionary<string, ModelChoice> Choices { get; init; } = ImmutableSortedDictionary.Create<string, ModelChoice>(StringComparer.Ordinal);

    public static ModelInstallation Of(ModelVersion version, ModelSlot? kept) => new(
        version.Slug, version,
        kept is null ? ModelDocuments.Fresh(version)
        : kept.Version == version ? kept.Documents
        : ModelDocuments.Carried(kept.Documents, version));

    public ModelInstallation UpdatedTo(ModelVersion version) => this with
    {
        Version = version,
        Documents = ModelDocuments.Carried(Documents, version),
        Settings = ModelDocuments.SettingsOf(version, Settings),
        Previous = new ModelSlot(Version, Documents, Settings),
    };

    public ModelInstallation RolledBack(bool migrateData) => migrateData ? UpdatedTo(Previous!.Version) : this with
    {
        Version = Previous!.Version,
        Documents = Previous.Documents,
        Settings = Previous.Settings,
        Previous = new ModelSlot(Version, Documents, Settings),
    };

    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(ModelText.Line(Slug, Version.Number, Enabled, Pinned, Channel, Granted, Previous?.Version.Number));
        text.Append(" settings").AppendLine(ModelText.Of(Settings));
        text.Append(" documents").AppendLine(ModelText.Of(Documents));
        if (Previous is not null)
            text.Append(" slot").AppendLine(ModelText.Of(Previous.Documents));
        foreach (var name in Version.Modules.Order(StringComparer.Ordinal))
        {
            var choice = Choices.GetValueOrDefault(name) ?? new ModelChoice(null, null, null);
            text.AppendLine(ModelText.Module(name, choice.Enabled ?? true, choice.Priority ?? 0, choice.Color is null ? "{}" : $$"""{"color":"{{choice.Color}}"}"""));
        }

        return text.ToString();
    }
}

/// <summary>A version with the documents and settings of its time.</summary>
internal sealed record ModelSlot(ModelVersion Version, Texts Documents, Texts Settings);

/// <summary>What a user chose of a module; <see langword="null"/> is the manifest's.</summary>
internal sealed record ModelChoice(bool? Enabled, int? Priority, string? Color);
