namespace Berth.Lifecycle.Tests.Operations.Model;

/// <summary>One thing that somebody does; made from a seed alone, so that any part of a run can be run again.</summary>
/// <param name="Kind">What.</param>
/// <param name="User">Who, by number.</param>
/// <param name="Slug">To which plugin; <see langword="null"/> is one that the user has, by the number.</param>
/// <param name="Text">A version, pin, channel, key, field or module, as the kind has it; no module is one that is there, by the number.</param>
/// <param name="Number">A value, or to whom.</param>
/// <param name="Flag">Enabled, purge, migrate or merge.</param>
/// <param name="Also">With dependents, with a grant, with a value.</param>
/// <param name="FaultAt">At which step it is made to fail; <see langword="null"/> lets it be.</param>
internal sealed record ModelStep(string Kind, int User, string? Slug, string? Text, int Number, bool Flag, bool Also, int? FaultAt = null)
{
    /// <summary>What users do with their own installations: different users do it at the same time.</summary>
    private static readonly string[] Own =
    [
        "install", "install", "install", "install", "update", "update", "update", "rollback", "rollback", "uninstall", "enable", "enable", "pin", "channel",
        "configure", "module", "write", "write", "write", "remove", "repair",
    ];

    /// <summary>What concerns more than one user, or the node.</summary>
    private static readonly string[] Shared = ["share", "share", "share", "site-pin", "site-pin", "lift-site-pin", "cleanup", "cleanup", "retire", "restart", "forget"];

    private static readonly string?[] Versions = [null, null, null, "1.0.0", "1.1.0", "2.0.0", "2.1.0-beta.1", "2.0.0-beta.1", "9.9.9"];
    private static readonly string?[] Pins = [null, null, "^1", "^2", "1.0.0"];
    private static readonly string?[] Modules = [null, null, null, null, null, "Old", "None"];
    private static readonly string[] Fields = ["limit", "sortBy", "sortBy", "apiKey"];

    /// <summary>A run: rounds of one step, or of steps of different users that are taken at the same time.</summary>
    public static IReadOnlyList<IReadOnlyList<ModelStep>> Rounds(int seed, int rounds, int users)
    {
        var random = new Random(seed);
        var all = new List<IReadOnlyList<ModelStep>>();
        for (var round = 0; round < rounds; round++)
        {
            all.Add(random.Next(4) switch
            {
                0 => [Step(random, Pick(random, Shared), random.Next(users))],
                1 => [Step(random, Pick(random, Own), random.Next(users)) with { FaultAt = random.Next(2) == 0 ? random.Next(8) : null }],
                _ => [.. Enumerable.Range(0, users).Where(_ => random.Next(3) > 0).Select(user => Step(random, Pick(random, Own), user))],
            });
        }

        return all;
    }

    /// <summary>The same step with plugin and module named.</summary>
    public ModelStep For(ModelUser user)
    {
        var slug = Slug ?? (user.Installed.Count == 0 ? "Charts" : user.Installed.Keys.ElementAt(Number % user.Installed.Count));
        var modules = Kind == "module" && user.Installed.TryGetValue(slug, out var plugin) ? plugin.Version.Modules : [];
        return this with { Slug = slug, Text = Kind == "module" && Text is null ? modules.Count == 0 ? "None" : modules[Number / 7 % modules.Count] : Text };
    }

    private static ModelStep Step(Random random, string kind, int user) => new(
        kind, user,
        kind == "configure" && random.Next(6) > 0 ? "Tuned" : kind is "install" or "site-pin" or "lift-site-pin" || random.Next(8) == 0 ? Pick(random, ModelCatalogue.Slugs) : null,
        kind switch
        {
            "install" => random.Next(2) == 0 ? "1.0.0" : Pick(random, Versions),
            "update" => random.Next(2) == 0 ? null : Pick(random, Versions),
            "pin" or "site-pin" => Pick(random, Pins),
            "channel" => random.Next(2) == 0 ? "beta" : "stable",
            "module" => Pick(random, Modules),
            "configure" => Pick(random, Fields),
            "write" or "remove" => $"key{random.Next(3)}",
            _ => null,
        },
        random.Next(1, 60), random.Next(2) == 0, random.Next(2) == 0);

    private static T Pick<T>(Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];
}
