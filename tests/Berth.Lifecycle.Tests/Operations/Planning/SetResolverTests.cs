using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations.Planning;

public sealed class SetResolverTests
{
    private readonly SetUniverse _universe = new();

    [Fact]
    public void R28_what_is_needed_comes_along_dependencies_first()
    {
        _universe.Offer("A", "1.0.0", "C ^1, B ^1").Offer("B", "1.0.0", "D *").Offer("C", "1.1.0").Offer("C", "1.2.0").Offer("C", "2.0.0").Offer("D", "1.0.0");

        Chosen(_universe.Resolve("A")).ShouldBe(["C 1.2.0", "D 1.0.0", "B 1.0.0", "A 1.0.0"]);
    }

    [Fact]
    public void What_is_installed_stays_where_it_fits()
    {
        _universe.Have("B", "1.1.0").Offer("A", "1.0.0", "B ^1").Offer("B", "1.1.0").Offer("B", "1.9.0");

        Chosen(_universe.Resolve("A")).ShouldBe(["A 1.0.0"]);
    }

    [Fact]
    public void What_is_installed_is_updated_along_where_a_range_needs_it()
    {
        _universe.Have("B", "1.1.0").Offer("A", "1.0.0", "B ^1.5").Offer("B", "1.6.0").Offer("B", "1.5.0").Offer("B", "2.0.0");

        var found = _universe.Resolve("A").ShouldBeOfType<SetOutcome.Found>();

        Chosen(found).ShouldBe(["B 1.6.0", "A 1.0.0"]);
        SetReasons.Explain(_universe.Wish("A"), found).ShouldBe(["B 1.6.0 replaces 1.1.0: 1.1.0 does not fit what A 1.0.0 (^1.5) needs."]);
    }

    [Fact]
    public void What_was_updated_to_break_a_circle_stays_where_an_update_of_another_breaks_it()
    {
        _universe.Have("B", "1.0.0", "C *").Have("C", "1.0.0", "A *").Have("D", "1.0.0")
            .Offer("A", "1.0.0", "B ^1").Offer("B", "1.1.0", "D ^2").Offer("C", "1.1.0").Offer("D", "2.0.0", "C *");

        Chosen(_universe.Resolve("A")).ShouldBe(["C 1.1.0", "A 1.0.0"]);
    }

    [Fact]
    public void R23_nothing_is_ever_brought_to_an_older_version()
    {
        _universe.Have("B", "2.0.0").Offer("A", "1.0.0", "B ^1").Offer("B", "1.6.0");

        Reason(_universe.Resolve("A"), "dependency.version").ShouldBe("A 1.0.0 needs B ^1, but 2.0.0 is installed, and there is no newer version. An update never goes back.");
    }

    [Fact]
    public void An_older_version_that_fits_is_better_than_none_and_the_plan_says_why()
    {
        _universe.Offer("A", "2.0.0", "B ^2").Offer("A", "1.0.0", "B ^1").Offer("B", "1.0.0");

        var found = _universe.Resolve("A").ShouldBeOfType<SetOutcome.Found>();

        Chosen(found).ShouldBe(["B 1.0.0", "A 1.0.0"]);
        SetReasons.Explain(_universe.Wish("A"), found)[0].ShouldBe("A 2.0.0 was passed over: A 2.0.0 needs B ^2, and no version on offer fits (newest: 1.0.0).");
    }

    [Fact]
    public void Two_ranges_that_exclude_each_other_are_named_in_one_sentence()
    {
        _universe.Have("C", "1.0.0", "B ^1").Have("B", "1.3.0").Offer("A", "2.1.0", "B ^2").Offer("B", "2.0.0");

        Reason(_universe.Resolve("A"), "plugin.required").ShouldBe(
            "C 1.0.0 needs B ^1, which 2.0.0 is not, and no other version of C gets along with it. Update or disable C first.");
    }

    [Fact]
    public void Two_needs_of_new_plugins_that_exclude_each_other_are_one_reason()
    {
        _universe.Offer("A", "1.0.0", "B *, C ^1").Offer("B", "1.0.0", "C ^2").Offer("C", "1.0.0").Offer("C", "2.0.0");

        Reason(_universe.Resolve("A"), "dependency.conflict").ShouldBe(
            "A 1.0.0 needs C ^1, B 1.0.0 needs C ^2 (A 1.0.0 → B 1.0.0), and no version on offer fits (newest: 2.0.0).");
    }

    [Fact]
    public void A_dependent_comes_along_when_one_of_its_versions_fits()
    {
        _universe.Have("C", "1.0.0", "B ^1").Have("B", "1.3.0").Offer("C", "1.1.0", "B >=1 <3").Offer("B", "2.0.0");

        var found = _universe.Resolve("B").ShouldBeOfType<SetOutcome.Found>();

        Chosen(found).ShouldBe(["B 2.0.0", "C 1.1.0"]);
        SetReasons.WhyOf(found.Set, found.Order[1]).ShouldBe("1.0.0 does not get along with B 2.0.0");
    }

    [Fact]
    public void A_pin_is_named_with_the_need_that_it_is_in_the_way_of()
    {
        _universe.Have("B", "1.3.0").Offer("A", "2.1.0", "B >=1.4")
            .Offer("B", "1.4.0", faults: new RefusalReason("version.pinned", "you pinned B to 1.3."));

        Reason(_universe.Resolve("A"), "version.pinned").ShouldBe("A 2.1.0 needs B >=1.4, but: you pinned B to 1.3.");
    }

    [Fact]
    public void R28_a_circle_is_named_in_full()
    {
        _universe.Offer("A", "1.0.0", "B *").Offer("B", "1.0.0", "C *").Offer("C", "1.0.0", "A *");

        Reason(_universe.Resolve("A"), "dependency.cycle").ShouldStartWith("A → B → C → A:");
    }

    [Fact]
    public void R34_a_circle_elsewhere_is_in_nobodys_way()
    {
        _universe.Have("X", "1.0.0", "Y *").Have("Y", "1.0.0", "X *").Offer("A", "1.0.0");

        Chosen(_universe.Resolve("A")).ShouldBe(["A 1.0.0"]);
    }

    [Fact]
    public void A_version_without_the_circle_is_taken_instead()
    {
        _universe.Offer("A", "1.0.0", "B *").Offer("B", "2.0.0", "A *").Offer("B", "1.0.0");

        Chosen(_universe.Resolve("A")).ShouldBe(["B 1.0.0", "A 1.0.0"]);
    }

    [Fact]
    public void An_optional_dependency_is_never_fetched_and_bounds_only_what_is_there()
    {
        _universe.Offer("A", "1.0.0", uses: "B ^2").Offer("B", "2.0.0").Offer("B", "1.0.0");
        Chosen(_universe.Resolve("A")).ShouldBe(["A 1.0.0"]);

        _universe.Have("B", "1.0.0");
        Chosen(_universe.Resolve("A")).ShouldBe(["A 1.0.0", "B 2.0.0"], ignoreOrder: true);
    }

    [Fact]
    public void Conflicts_count_in_both_directions()
    {
        _universe.Have("Old", "1.0.0", excludes: "A *").Offer("A", "1.0.0", "B *").Offer("B", "1.0.0", excludes: "Other *").Have("Other", "1.0.0");

        var reasons = _universe.Resolve("A").ShouldBeOfType<SetOutcome.Impossible>().Reasons;

        reasons.Select(reason => reason.Message).ShouldBe([
            "Old 1.0.0 cannot be beside A *, and 1.0.0 is chosen. Uninstall Old first.",
            "B 1.0.0 (A 1.0.0 → B 1.0.0) cannot be beside Other *, and 1.0.0 is installed. Uninstall Other first.",
        ], ignoreOrder: true);
    }

    [Fact]
    public void All_reasons_come_at_once()
    {
        _universe.Have("Off", "1.0.0", enabled: false)
            .Offer("A", "1.0.0", "Off *, Gone *, Old ^3", faults: new RefusalReason("engine.unsupported", "A 1.0.0 runs on Berth 9."))
            .Offer("Old", "2.0.0");

        _universe.Resolve("A").ShouldBeOfType<SetOutcome.Impossible>().Reasons.Select(reason => reason.Code)
            .ShouldBe(["engine.unsupported", "dependency.disabled", "dependency.missing", "dependency.version"]);
    }

    [Fact]
    public void A_search_that_finds_no_end_gives_up_at_its_written_bound()
    {
        // 20 plugins of 12 versions each, and the last one needed is never there.
        for (var plugin = 0; plugin < 20; plugin++)
        {
            for (var version = 1; version <= 12; version++)
                _universe.Offer($"P{plugin:00}", $"{version}.0.0", plugin == 19 ? "Gone *" : $"P{plugin + 1:00} *");
        }

        Reason(_universe.Resolve("P00"), "dependency.too_complex").ShouldContain($"{SetResolver.MaxSteps}");
    }

    [Fact]
    public void Prereleases_are_chosen_only_when_every_range_names_them()
    {
        _universe.Offer("A", "1.0.0", "B ^1").Offer("B", "1.5.0-beta.1").Offer("B", "1.4.0");
        Chosen(_universe.Resolve("A")).ShouldBe(["B 1.4.0", "A 1.0.0"]);

        _universe.Offer("C", "1.0.0", "B ^1.5.0-beta");
        Chosen(_universe.Resolve("C")).ShouldBe(["B 1.5.0-beta.1", "C 1.0.0"]);
    }

    private static IEnumerable<string> Chosen(SetOutcome outcome) =>
        outcome.ShouldBeOfType<SetOutcome.Found>(outcome.ToString()).Order.Select(node => node.ToString());

    private static string Reason(SetOutcome outcome, string code) =>
        outcome.ShouldBeOfType<SetOutcome.Impossible>().Reasons.ShouldHaveSingleItem().ShouldSatisfy(code).Message;
}

file static class Reasons
{
    public static RefusalReason ShouldSatisfy(this RefusalReason reason, string code)
    {
        reason.Code.ShouldBe(code, reason.Message);
        return reason;
    }
}
