using Berth.Host.Graph;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Host.Tests.Graph;

/// <summary>The planner against rules that are written from its promise and not from its code, on small stores full of trouble.</summary>
public sealed class LoadPlannerPropertyTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(3_000);
    private static readonly string[] Slugs = ["A", "B", "C", "D", "E"];
    private static readonly string[] Numbers = ["1.0.0", "1.1.0", "2.0.0"];

    private static readonly Gen<string> Links =
        from count in Gen.Frequency((3, Gen.Constant(0)), (4, Gen.Constant(1)), (2, Gen.Constant(2)))
        from slugs in Gen.ArrayOf(Gen.Elements(Slugs), count)
        from ranges in Gen.ArrayOf(Gen.Elements("*", "^1", "^2", ">=1.1", "1.0.0"), count)
        select string.Join(", ", slugs.Zip(ranges).DistinctBy(link => link.First).Select(link => $"{link.First} {link.Second}"));

    private static readonly Gen<string> RareLinks = Gen.Frequency((6, Gen.Constant("")), (1, Links));

    private static readonly Gen<Case> Cases = Gen.OneOf(Store(RareLinks), Store(Gen.Constant("")));

    private static readonly Gen<Case> CasesWithoutConflicts = Store(Gen.Constant(""));

    [Fact]
    public void Every_version_starts_after_what_it_needs_and_uses_and_stands_above_it() =>
        Holds(Cases, (one, plan) =>
        {
            var at = plan.Start.Select((load, index) => (load.Id, index)).ToDictionary(pair => pair.Id, pair => pair.index);
            foreach (var load in plan.Start)
            {
                foreach (var need in load.Needs.Concat(load.Uses))
                {
                    at[need].ShouldBeLessThan(at[load.Id], one.ToString());
                    plan.Start[at[need]].Level.ShouldBeLessThan(load.Level, one.ToString());
                }
            }
        });

    [Fact]
    public void Every_need_of_what_starts_is_met_by_a_version_that_fits_and_starts() =>
        Holds(Cases, (one, plan) =>
        {
            foreach (var load in plan.Start)
            {
                var version = one.Find(load.Id);
                version.Fault.ShouldBeNull(one.ToString());
                foreach (var (slug, range) in version.Needs)
                    load.Needs.ShouldContain(id => id.Slug == slug && range.Contains(one.Find(id).Version, true), one.ToString());
            }
        });

    [Fact]
    public void The_same_input_in_any_order_gives_the_same_plan() =>
        Check.One(Runs, Prop.ForAll((from one in Cases from versions in Gen.Shuffle(one.Versions) from wanted in Gen.Shuffle(one.Wanted) select (one, versions, wanted)).ToArbitrary(), it =>
            Text(Universe.Plan(it.versions, it.wanted)).ShouldBe(Text(it.one.Plan()), it.one.ToString())));

    [Fact]
    public void Nobody_is_refused_who_could_run() =>
        Holds(CasesWithoutConflicts, (one, plan) =>
        {
            foreach (var id in one.Wanted.Select(Universe.Id))
                plan.Refused.Any(refusal => refusal.Id == id).ShouldBe(!CanRun(one, one.Find(id), []), $"{id} in\n{one}");
        });

    [Fact]
    public void What_is_wanted_starts_or_is_refused_with_a_reason_and_nothing_starts_that_nobody_asked_for() =>
        Holds(Cases, (one, plan) =>
        {
            foreach (var id in one.Wanted.Select(Universe.Id).Distinct())
                (plan.Start.Any(load => load.Id == id) ^ plan.Refused.Any(refusal => refusal.Id == id && refusal.Reasons.Count > 0)).ShouldBeTrue(one.ToString());
            foreach (var load in plan.Start.Where(load => !load.IsWanted))
                (plan.Start.Any(other => other.Needs.Concat(other.Uses).Contains(load.Id)) || plan.Skipped.Any(skipped => skipped.Slug == load.Id.Slug)).ShouldBeTrue($"{load.Id} in\n{one}");
        });

    [Fact]
    public void One_version_for_all_is_chosen_where_one_fits_all_who_need_it() =>
        Holds(CasesWithoutConflicts, (one, plan) =>
        {
            // Plugins whose versions lead back to each other have no such promise.
            foreach (var slug in Slugs.Where(slug => !LeadsBack(one, slug)))
            {
                var dependants = plan.Start.Where(load => one.Find(load.Id).Needs.ContainsKey(slug)).ToList();
                var fit = one.Versions.Where(version => version.Id.Slug == slug && CanRun(one, version, []) && dependants.TrueForAll(load => one.Find(load.Id).Needs[slug].Contains(version.Version))).ToList();
                // Those that came along only because somebody uses them share what is there.
                if (dependants.Exists(load => !load.IsNeeded(plan)))
                    continue;
                if (dependants.Count > 0 && fit.Count > 0)
                    dependants.ShouldAllBe(load => load.Needs.Contains(fit.OrderByDescending(version => version.Version).First().Id), one.ToString());
            }
        });

    [Fact]
    public void Each_circle_is_one() =>
        Holds(Cases, (one, plan) =>
        {
            foreach (var circle in plan.Circles)
            {
                for (var i = 0; i < circle.Count; i++)
                    one.Find(circle[i]).Needs.ShouldContain(need => need.Key == circle[(i + 1) % circle.Count].Slug, one.ToString());
                circle.ShouldAllBe(id => !plan.Start.Any(load => load.Id == id), one.ToString());
            }
        });

    private static void Holds(Gen<Case> cases, Action<Case, LoadPlan> judge) => Check.One(Runs, Prop.ForAll(cases.ToArbitrary(), one => judge(one, one.Plan())));

    /// <summary>Whether there is any way to run a version without running it first.</summary>
    private static bool CanRun(Case one, GraphVersion version, HashSet<PluginVersionId> above) =>
        version.Fault is null && version.Needs.All(need => one.Versions.Any(other =>
            other.Id.Slug == need.Key && need.Value.Contains(other.Version, true) && other.Id != version.Id && !above.Contains(other.Id) && CanRun(one, other, [.. above, version.Id])));

    private static bool LeadsBack(Case one, string slug)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>([slug]);
        while (open.TryPop(out var next))
        {
            foreach (var further in one.Versions.Where(version => version.Id.Slug == next).SelectMany(version => version.Needs.Keys))
            {
                if (further == slug)
                    return true;
                if (seen.Add(further))
                    open.Push(further);
            }
        }

        return false;
    }

    private static Gen<Case> Store(Gen<string> conflicts) =>
        from texts in Gen.ArrayOf(Links.Zip(RareLinks).Zip(conflicts), Slugs.Length * Numbers.Length)
        from isThere in Gen.ArrayOf(Gen.Frequency((3, Gen.Constant(true)), (1, Gen.Constant(false))), texts.Length)
        from isBad in Gen.ArrayOf(Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true))), texts.Length)
        from order in Gen.ArrayOf(Gen.Elements(1, 100), texts.Length)
        from wanted in Gen.ArrayOf(Gen.Choose(0, texts.Length - 1), 3)
        let universe = Build(texts, isThere, isBad, order)
        select new Case([.. universe.Versions], [.. wanted.Where(index => isThere[index]).Select(index => $"{Slugs[index / Numbers.Length]} {Numbers[index % Numbers.Length]}").Distinct()]);

    private static Universe Build(((string Needs, string Uses) Links, string Excludes)[] texts, bool[] isThere, bool[] isBad, int[] order)
    {
        var universe = new Universe();
        for (var i = 0; i < texts.Length; i++)
        {
            var (slug, ((needs, uses), excludes)) = (Slugs[i / Numbers.Length], texts[i]);
            if (isThere[i])
                universe.Has(slug, Numbers[i % Numbers.Length], Without(needs, slug), Without(uses, slug), Without(excludes, slug), order[i], isBad[i] ? "It is quarantined." : null);
        }

        return universe;
    }

    // A manifest that names its own plugin is refused before it gets here.
    private static string Without(string links, string slug) => string.Join(", ", links.Split(", ").Where(link => !link.StartsWith(slug, StringComparison.Ordinal)));

    private static string Text(LoadPlan plan) => string.Join('\n', [
        .. plan.Start.Select(load => $"{load.Level} {load.Id}: {load.Needs.Texts()}; {load.Uses.Texts()}"),
        .. plan.Refused.Select(refusal => refusal.Message), .. plan.Circles.Select(circle => circle.Texts()), .. plan.Skipped.Select(skipped => skipped.Reason)]);

    private sealed record Case(GraphVersion[] Versions, string[] Wanted)
    {
        public GraphVersion Find(PluginVersionId id) => Versions.Single(version => version.Id == id);

        public LoadPlan Plan() => Universe.Plan(Versions, Wanted);

        public override string ToString() => $"wanted {string.Join(", ", Wanted)}\n" + string.Join('\n', Versions.Select(version =>
            $"{version} needs [{Texts(version.Needs)}] uses [{Texts(version.Uses)}] excludes [{Texts(version.Conflicts)}] order {version.LoadOrder}{(version.Fault is null ? "" : " bad")}"));

        private static string Texts(IReadOnlyDictionary<string, Packaging.Versioning.VersionRange> ranges) => string.Join(", ", ranges.Select(pair => $"{pair.Key} {pair.Value}"));
    }
}
