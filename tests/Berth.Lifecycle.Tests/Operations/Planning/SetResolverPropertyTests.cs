using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Tests.World;
using Berth.Packaging.Versioning;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Lifecycle.Tests.Operations.Planning;

/// <summary>The resolver against an independent judge and a brute force, on small universes full of trouble.</summary>
public sealed class SetResolverPropertyTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(4_000);
    private static readonly string[] Slugs = ["A", "B", "C", "D"];
    private static readonly string[] Numbers = ["1.0.0", "1.1.0", "2.0.0"];

    private static readonly Gen<string> Links =
        from count in Gen.Frequency((3, Gen.Constant(0)), (3, Gen.Constant(1)), (1, Gen.Constant(2)))
        from slugs in Gen.ArrayOf(Gen.Elements(Slugs), count)
        from ranges in Gen.ArrayOf(Gen.Elements("*", "^1", "^2", ">=1.1", "1.0.0"), count)
        select string.Join(", ", slugs.Zip(ranges).DistinctBy(link => link.First).Select(link => $"{link.First} {link.Second}"));

    private static readonly Gen<string> RareLinks = Gen.Frequency((4, Gen.Constant("")), (1, Links));

    private static readonly Gen<SetUniverse> Universe =
        from texts in Gen.ArrayOf(Links.Zip(RareLinks).Zip(RareLinks), Slugs.Length * Numbers.Length)
        from isOffered in Gen.ArrayOf(Gen.Frequency((4, Gen.Constant(true)), (1, Gen.Constant(false))), Slugs.Length * Numbers.Length)
        from have in Gen.ArrayOf(Gen.Choose(-3, Numbers.Length - 1), Slugs.Length)
        from enabled in Gen.ArrayOf(Gen.Frequency((5, Gen.Constant(true)), (1, Gen.Constant(false))), Slugs.Length)
        select Build(texts, isOffered, have, enabled);

    [Fact]
    public void A_set_is_found_exactly_when_there_is_one_and_breaks_no_rule() =>
        Check.One(Runs, Prop.ForAll(Universe.ToArbitrary(), universe =>
        {
            if (universe.Wish("A").Root.Count == 0)
                return;
            var exists = BruteForce(universe, "A");
            switch (universe.Resolve("A"))
            {
                case SetOutcome.Found found:
                    exists.ShouldBeTrue($"there is no set, but it found {string.Join(", ", found.Order)}\n{Shown(universe)}");
                    Judge(universe, found.Order).ShouldBeTrue($"{string.Join(", ", found.Order)} breaks a rule\n{Shown(universe)}");
                    break;
                case SetOutcome.Impossible impossible:
                    exists.ShouldBeFalse($"there is a set, but: {string.Join(" ", impossible.Reasons.Select(reason => reason.Message))}\n{Shown(universe)}");
                    impossible.Reasons.ShouldNotBeEmpty();
                    break;
                case var other:
                    throw new InvalidOperationException($"{other}");
            }
        }));

    [Fact]
    public void What_is_needed_comes_before_who_needs_it_and_the_same_question_has_the_same_answer() =>
        Check.One(Runs, Prop.ForAll(Universe.ToArbitrary(), universe =>
        {
            if (universe.Wish("A").Root.Count == 0 || universe.Resolve("A") is not SetOutcome.Found found)
                return;
            var order = found.Order.ToList();
            foreach (var node in order)
            {
                foreach (var needed in order.Where(other => node.Manifest!.Dependencies.ContainsKey(other.Slug)))
                    order.IndexOf(needed).ShouldBeLessThan(order.IndexOf(node), Shown(universe));
            }

            universe.Resolve("A").ShouldBeOfType<SetOutcome.Found>().Order.Select(node => $"{node}").ShouldBe(order.Select(node => $"{node}"));
        }));

    [Fact]
    public void Nothing_is_touched_that_need_not_be() =>
        Check.One(Runs, Prop.ForAll(Universe.ToArbitrary(), universe =>
        {
            if (universe.Wish("A").Root.Count == 0 || universe.Resolve("A") is not SetOutcome.Found found)
                return;
            foreach (var member in found.Order.Where(member => member != found.Root))
                Judge(universe, [.. found.Order.Where(other => other != member)]).ShouldBeFalse($"{member} was not needed in {string.Join(", ", found.Order)}\n{Shown(universe)}");
        }));

    /// <summary>Whether any set of versions that contains one of the wished breaks no rule.</summary>
    private static bool BruteForce(SetUniverse universe, string root)
    {
        var choices = Slugs.Select(slug => universe.OptionsOf(slug).Cast<SetNode?>().Concat(SetRules.IsSlug(slug, root) ? [] : [null]).ToList()).ToList();
        return All(choices, 0, []).Any(set => Judge(universe, set));
    }

    private static IEnumerable<List<SetNode>> All(List<List<SetNode?>> choices, int at, List<SetNode> chosen) =>
        at == choices.Count ? [chosen] : choices[at].SelectMany(choice => All(choices, at + 1, choice is null ? chosen : [.. chosen, choice]));

    /// <summary>The rules again, written from the manifest's documentation and not from the resolver's code.</summary>
    private static bool Judge(SetUniverse universe, IReadOnlyList<SetNode> chosen)
    {
        var all = universe.Installed.Values.Where(have => !chosen.Any(node => node.Slug == have.Slug)).Concat(chosen).ToDictionary(node => node.Slug);
        foreach (var node in all.Values)
        {
            var isNew = chosen.Contains(node);
            foreach (var (slug, range) in node.Manifest!.Dependencies)
            {
                var isThere = all.TryGetValue(slug, out var needed);
                if (isNew && (!isThere || !needed!.IsEnabled || !range.Contains(needed.Version)))
                    return false;
                if (!isNew && node.IsEnabled && isThere && chosen.Contains(needed!) && !range.Contains(needed!.Version))
                    return false;
            }

            foreach (var (slug, range) in node.Manifest.OptionalDependencies)
            {
                if ((isNew || node.IsEnabled) && all.TryGetValue(slug, out var used) && used.IsEnabled && (isNew || chosen.Contains(used)) && !range.Contains(used.Version))
                    return false;
            }

            foreach (var (slug, range) in node.Manifest.Conflicts)
            {
                if (slug != node.Slug && all.TryGetValue(slug, out var other) && (isNew || chosen.Contains(other)) && range.Contains(other.Version))
                    return false;
            }
        }

        return !chosen.Any(node => Reaches(all, node, node.Slug, []));
    }

    private static bool Reaches(Dictionary<string, SetNode> all, SetNode from, string slug, HashSet<string> seen) =>
        from.Manifest!.Dependencies.Keys.Any(next => next == slug || (seen.Add(next) && all.TryGetValue(next, out var node) && Reaches(all, node, slug, seen)));

    private static SetUniverse Build(((string Needs, string Uses) Links, string Excludes)[] texts, bool[] isOffered, int[] have, bool[] enabled)
    {
        var universe = new SetUniverse();
        for (var i = 0; i < texts.Length; i++)
        {
            var (plugin, number) = (i / Numbers.Length, i % Numbers.Length);
            var ((needs, uses), excludes) = texts[i];
            if (isOffered[i])
                universe.Offer(Slugs[plugin], Numbers[number], needs, uses, excludes);
            if (have[plugin] == number)
                universe.Have(Slugs[plugin], Numbers[number], needs, uses, excludes, enabled[plugin]);
        }

        return universe;
    }

    private static string Shown(SetUniverse universe) => string.Join('\n', universe.Versions.Concat(universe.Installed.Values).Select(node =>
        $"{(node.IsKept ? node.IsEnabled ? "have " : "have (off) " : "")}{node} needs [{Texts(node.Manifest!.Dependencies)}] uses [{Texts(node.Manifest.OptionalDependencies)}] excludes [{Texts(node.Manifest.Conflicts)}]"));

    private static string Texts(IReadOnlyDictionary<string, VersionRange> ranges) => string.Join(", ", ranges.Select(pair => $"{pair.Key} {pair.Value}"));
}
