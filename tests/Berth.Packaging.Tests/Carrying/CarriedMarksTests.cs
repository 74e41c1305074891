using Berth.Packaging.Carrying;

namespace Berth.Packaging.Tests.Carrying;

/// <summary>What becomes at a target of what its source puts on a version and lifts.</summary>
public sealed class CarriedMarksTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Broken.", null, null, CarryStep.Put, "it is not yanked here")]
    [InlineData("Broken.", null, "Broken.", CarryStep.Put, "somebody here offered it again, and what is yanked there is yanked here")]
    [InlineData("Broken.", "Broken.", "Broken.", CarryStep.Nothing, "it is done")]
    [InlineData("Broken.", "Ours.", null, CarryStep.Nothing, "people here had a reason of their own")]
    [InlineData(null, "Broken.", "Broken.", CarryStep.TakeBack, "the source has lifted what it brought")]
    [InlineData(null, "Ours.", "Broken.", CarryStep.Forget, "people here have put another one in its place")]
    [InlineData(null, null, "Broken.", CarryStep.Forget, "people here have lifted it already")]
    [InlineData(null, "Ours.", null, CarryStep.Nothing, "it never came from there")]
    [InlineData(null, null, null, CarryStep.Nothing, "nobody ever yanked it")]
    public void A_yank_is_put_on_and_only_the_very_one_that_was_brought_is_taken_back(string? there, string? here, string? brought, CarryStep step, string why) =>
        CarriedMarks.Yank(there, here, brought).ShouldBe(step, why);

    [Fact]
    public void A_warning_gives_way_to_a_newer_one_and_to_the_same_with_its_successor()
    {
        var old = new CarriedWarning("It loses data.", null, Noon);
        CarriedMarks.Warning(old, null, null).ShouldBe(CarryStep.Put);
        CarriedMarks.Warning(old, old, "It loses data.").ShouldBe(CarryStep.Nothing);
        CarriedMarks.Warning(old, old with { Message = "Ours.", At = Noon.AddHours(1) }, null).ShouldBe(CarryStep.Nothing, "a newer one here stays");
        CarriedMarks.Warning(old with { At = Noon.AddHours(2) }, old with { Message = "Ours." }, null).ShouldBe(CarryStep.Put);
        CarriedMarks.Warning(old with { Successor = "Other" }, old, "It loses data.").ShouldBe(CarryStep.Put, "its successor has come");
        CarriedMarks.Warning(null, old, "It loses data.").ShouldBe(CarryStep.TakeBack);
        CarriedMarks.Warning(null, old with { Message = "Ours." }, "It loses data.").ShouldBe(CarryStep.Forget);
        CarriedMarks.Warning(null, old, null).ShouldBe(CarryStep.Nothing);
    }

    [Theory]
    [InlineData(true, null, null, CarryStep.Put)]
    [InlineData(true, "q1", "q1", CarryStep.Nothing)]
    [InlineData(false, "q1", "q1", CarryStep.TakeBack)]
    [InlineData(false, null, "q1", CarryStep.Forget)]
    [InlineData(false, "q2", null, CarryStep.Nothing)]
    public void A_quarantine_is_lifted_when_it_is_the_one_that_was_brought(bool isThere, string? here, string? brought, CarryStep step) =>
        CarriedMarks.Quarantine(isThere, here, brought).ShouldBe(step);

    [Theory]
    [InlineData("retired", null, "active", null, KeyStep.Retire)]
    [InlineData("retired", null, "retired", null, KeyStep.Nothing)]
    [InlineData("retired", null, "revoked", 5, KeyStep.Nothing)]
    [InlineData("revoked", 5, "active", null, KeyStep.Revoke)]
    [InlineData("revoked", 5, "retired", null, KeyStep.Revoke)]
    [InlineData("revoked", 5, "revoked", 9, KeyStep.Revoke)]
    [InlineData("revoked", 5, "revoked", 5, KeyStep.Nothing)]
    [InlineData("revoked", 5, "revoked", 2, KeyStep.Nothing)]
    [InlineData("active", null, "revoked", 5, KeyStep.Nothing)]
    public void A_key_that_is_over_there_is_over_here_and_never_begins_again(string there, int? thereSince, string here, int? hereSince, KeyStep step) =>
        CarriedKeys.Judge(there, Hour(thereSince), here, Hour(hereSince)).ShouldBe(step);

    private static DateTimeOffset? Hour(int? hour) => hour is { } some ? Noon.AddHours(some) : null;
}
