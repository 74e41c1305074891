namespace Berth.Host.Tests.Graph;

public sealed class LoadPlannerTests
{
    [Fact]
    public void What_is_needed_starts_first_and_stops_last()
    {
        var plan = new Universe().Has("App", needs: "Mid").Has("Mid", needs: "Base").Has("Base").Plan("App");

        plan.Order().ShouldBe("Base 1.0.0, Mid 1.0.0, App 1.0.0");
        plan.Stop.Select(load => load.Id.Slug).ShouldBe(["App", "Mid", "Base"]);
        plan.LevelsText().ShouldBe("Base | Mid | App");
        plan.Of("App").IsWanted.ShouldBeTrue();
        plan.Of("Base").IsWanted.ShouldBeFalse();
    }

    [Fact]
    public void Ties_are_broken_by_load_order_then_slug_then_version() =>
        new Universe().Has("Zeta", order: 5).Has("beta").Has("Alpha").Has("Alpha", "1.10.0").Has("Alpha", "1.9.0")
            .Plan("Alpha 1.10.0", "Alpha 1.9.0", "beta", "Zeta", "Alpha").Order().ShouldBe("Zeta 1.0.0, Alpha 1.0.0, Alpha 1.9.0, Alpha 1.10.0, beta 1.0.0");

    [Fact]
    public void The_newest_version_that_fits_all_who_need_it_is_chosen() =>
        new Universe().Has("A", needs: "Lib ^1").Has("B", needs: "Lib <1.5").Has("Lib", "1.2.0").Has("Lib", "1.9.0").Has("Lib", "1.4.0").Has("Lib", "2.0.0")
            .Plan("A", "B").Order().ShouldBe("Lib 1.4.0, A 1.0.0, B 1.0.0");

    [Fact]
    public void Where_none_fits_all_each_gets_its_own_beside_the_other()
    {
        var plan = new Universe().Has("A", needs: "Lib ^1").Has("B", needs: "Lib ^2").Has("Lib", "1.2.0").Has("Lib", "2.0.0").Plan("A", "B");

        plan.Of("A").Needs.Texts().ShouldBe("Lib 1.2.0");
        plan.Of("B").Needs.Texts().ShouldBe("Lib 2.0.0");
        plan.Refused.ShouldBeEmpty();
    }

    [Fact]
    public void A_newer_version_that_cannot_run_gives_way_to_an_older_one() =>
        new Universe().Has("A", needs: "Lib *").Has("Lib", "2.0.0", needs: "Nowhere").Has("Lib", "1.5.0", fault: "It is quarantined.").Has("Lib", "1.0.0")
            .Plan("A").Order().ShouldBe("Lib 1.0.0, A 1.0.0");

    [Fact]
    public void A_stable_version_is_taken_before_a_prerelease_and_a_prerelease_before_none()
    {
        new Universe().Has("A", needs: "Lib >=1").Has("Lib", "2.0.0-beta.1").Has("Lib", "1.0.0").Plan("A").Of("A").Needs.Texts().ShouldBe("Lib 1.0.0");
        new Universe().Has("A", needs: "Lib >=1").Has("Lib", "2.0.0-beta.1").Plan("A").Of("A").Needs.Texts().ShouldBe("Lib 2.0.0-beta.1");
    }

    [Fact]
    public void All_reasons_of_a_plugin_come_in_one_message()
    {
        var refused = new Universe()
            .Has("App", needs: "Gone ^1, Old ^3, Bad *, Fine *")
            .Has("Old", "1.0.0").Has("Old", "2.1.0").Has("Bad", fault: "Bad 1.0.0 is quarantined.").Has("Fine")
            .Plan("App").RefusalOf("App");

        refused.Reasons.Select(reason => reason.Code).ShouldBe(["dependency.failed", "dependency.missing", "dependency.version"]);
        refused.Message.ShouldBe(
            "App 1.0.0 needs Bad *, and Bad 1.0.0 cannot run: Bad 1.0.0 is quarantined. "
            + "App 1.0.0 needs Gone ^1, and the store of this host has no version of it. Install Gone. "
            + "App 1.0.0 needs Old ^3, and the store of this host has only 2.1.0, 1.0.0. Install a version of Old that fits.");
    }

    [Fact]
    public void The_cause_far_below_is_named_with_the_way_to_it() =>
        new Universe().Has("App", needs: "Mid").Has("Mid", needs: "Base ^2").Has("Base").Plan("App").RefusalOf("App").Message
            .ShouldBe("App 1.0.0 needs Mid *, and Mid 1.0.0 cannot run: Mid 1.0.0 needs Base ^2, and the store of this host has only 1.0.0. Install a version of Base that fits.");

    [Fact]
    public void R34_a_circle_is_named_and_refuses_its_members_and_those_who_need_them_and_nobody_else()
    {
        var plan = new Universe().Has("A", needs: "B").Has("B", needs: "C").Has("C", needs: "A").Has("Top", needs: "A").Has("Side", needs: "Base").Has("Base")
            .Plan("A", "B", "C", "Top", "Side");

        plan.Order().ShouldBe("Base 1.0.0, Side 1.0.0");
        plan.Circles.ShouldHaveSingleItem().Texts().ShouldBe("A 1.0.0, B 1.0.0, C 1.0.0");
        plan.Refused.Select(refusal => refusal.Id.Slug).ShouldBe(["A", "B", "C", "Top"]);
        plan.RefusalOf("B").Reasons.ShouldHaveSingleItem().Code.ShouldBe("dependency.cycle");
        plan.RefusalOf("B").Message.ShouldStartWith("B 1.0.0 → C 1.0.0 → A 1.0.0 → B 1.0.0: each of them needs the next one");
        plan.RefusalOf("Top").Reasons.ShouldHaveSingleItem().Code.ShouldBe("dependency.failed");
        plan.RefusalOf("Top").Message.ShouldStartWith("Top 1.0.0 needs A *, and A 1.0.0 cannot run: A 1.0.0 → B 1.0.0 → C 1.0.0 → A 1.0.0: each");
    }

    [Fact]
    public void A_circle_that_an_older_version_is_not_part_of_is_no_circle() =>
        new Universe().Has("A", "2.0.0", needs: "B").Has("A", "1.0.0").Has("B", needs: "A").Plan("B").Order().ShouldBe("A 1.0.0, B 1.0.0");

    [Fact]
    public void A_member_of_a_circle_also_hears_of_its_other_reasons() =>
        new Universe().Has("A", needs: "B, Gone").Has("B", needs: "A").Plan("A").RefusalOf("A").Reasons.Select(reason => reason.Code)
            .ShouldBe(["dependency.cycle", "dependency.missing"]);

    [Fact]
    public void What_is_used_when_it_is_there_comes_first_and_what_is_not_there_is_told()
    {
        var plan = new Universe().Has("App", needs: "", uses: "Extra ^1, Gone ^1, Old ^2", order: 1).Has("Extra", needs: "Base").Has("Base").Has("Old").Plan("App");

        plan.Order().ShouldBe("Base 1.0.0, Extra 1.0.0, App 1.0.0");
        plan.Of("App").Needs.ShouldBeEmpty();
        plan.Of("App").Uses.Texts().ShouldBe("Extra 1.0.0");
        plan.Skipped.Select(skipped => skipped.Reason).ShouldBe([
            "App 1.0.0 runs without Gone before it: Gone ^1 is not in the store.",
            "App 1.0.0 runs without Old before it: no version of Old in the store fits ^2 and can run."]);
    }

    [Fact]
    public void Using_somebody_who_needs_the_user_closes_no_circle()
    {
        var plan = new Universe().Has("A", uses: "B").Has("B", needs: "A").Plan("A");

        plan.Order().ShouldBe("A 1.0.0, B 1.0.0");
        plan.Refused.ShouldBeEmpty();
        plan.Skipped.ShouldHaveSingleItem().Reason.ShouldBe("A 1.0.0 runs without B before it: B 1.0.0 needs A itself, so it cannot come first.");
    }

    [Fact]
    public void What_is_used_changes_no_choice_that_was_made_without_it()
    {
        var plan = new Universe().Has("App", needs: "Lib *").Has("Lib", "2.0.0", uses: "Extra").Has("Lib", "1.0.0").Has("Extra", needs: "Lib ^1").Plan("App");

        plan.Of("App").Needs.Texts().ShouldBe("Lib 2.0.0");
        plan.Of("Extra").Needs.Texts().ShouldBe("Lib 1.0.0");
    }

    [Fact]
    public void Needs_that_exclude_each_other_refuse_who_needs_both_and_nobody_else()
    {
        var plan = new Universe().Has("Both", needs: "One, Two").Has("Only", needs: "One").Has("One", excludes: "Two ^1").Has("Two").Has("Above", needs: "Both")
            .Plan("Both", "Only", "Two", "Above");

        plan.Order().ShouldBe("One 1.0.0, Only 1.0.0, Two 1.0.0");
        plan.RefusalOf("Both").Message.ShouldBe("Both 1.0.0 needs both One 1.0.0 and Two 1.0.0, and One 1.0.0 cannot be together with Two ^1. Install versions that get along.");
        plan.RefusalOf("Above").Code.ShouldBe("dependency.conflict");
    }

    [Fact]
    public void A_front_end_is_no_load_and_passes_its_needs_on()
    {
        var plan = new Universe().Has("App", needs: "Front").Has("Front", needs: "Base", hasCode: false).Has("Base").Plan("App");

        plan.Order().ShouldBe("Base 1.0.0, App 1.0.0");
        plan.Of("App").Needs.Texts().ShouldBe("Base 1.0.0");
        plan.Levels.Count.ShouldBe(2);
    }

    [Fact]
    public void A_private_package_is_what_other_private_ones_run_with_and_nobody_elses_dependency()
    {
        var store = new Universe().Has("Mine", needs: "Lib", isPrivate: true).Has("Public", needs: "Lib").Has("Lone", needs: "Secret").Has("Lib").Has("Lib", "9.0.0", isPrivate: true).Has("Secret", isPrivate: true);

        store.Plan("Mine").Of("Mine").Needs.Texts().ShouldBe("Lib 9.0.0");
        store.Plan("Public").Of("Public").Needs.Texts().ShouldBe("Lib 1.0.0");
        store.Plan("Lone").RefusalOf("Lone").Message.ShouldBe("Lone 1.0.0 needs Secret *, and the store of this host has no version of it. Install Secret.");
    }

    [Fact]
    public void What_is_wanted_and_not_in_the_store_is_refused() =>
        new Universe().Has("A").Plan("A", "Lost 2.0.0").Refused.ShouldHaveSingleItem().Message.ShouldBe("Lost 2.0.0 is not in the store of this host. Install it again, or repair the installation.");

    [Fact]
    public void A_slug_is_found_in_any_case() =>
        new Universe().Has("App", needs: "BASE").Has("Base").Plan("App").Of("App").Needs.Texts().ShouldBe("Base 1.0.0");

    [Fact]
    public void A_chain_of_five_thousand_is_planned_and_so_is_a_circle_of_five_hundred()
    {
        var chain = new Universe().Has("P0");
        for (var i = 1; i < 5_000; i++)
            chain.Has($"P{i}", needs: $"P{i - 1}");
        chain.Plan("P4999").Levels.Count.ShouldBe(5_000);

        var circle = new Universe();
        for (var i = 0; i < 500; i++)
            circle.Has($"P{i}", needs: $"P{(i + 1) % 500}");
        var refused = circle.Plan([.. circle.Versions.Select(version => version.Id.Slug)]);
        refused.Circles.ShouldHaveSingleItem().Count.ShouldBe(500);
        refused.Refused.ShouldAllBe(refusal => refusal.Message.Length < 400);
    }
}
