using Berth.Contracts;
using Berth.Host.Services.CrossPlugin;

namespace Berth.Host.Tests.Services.CrossPlugin;

public sealed class ContractCompatibilityTests
{
    private static readonly ContractShape Shape = new(
        [new("GreetAsync", ["N.Request"], "[N.Greeting]", false)],
        [new("N.Request", [new("Name", "string", true)]), new("N.Greeting", [new("Text", "string", true), new("Mood", "N.Mood?", false)]), new("N.Mood", [new("Calm", "1", false)])]);

    [Fact]
    public void The_same_shape_fits() => ContractCompatibility.Problems(Shape, Shape).ShouldBeEmpty();

    [Fact]
    public void More_operations_and_optional_members_fit_both_ways()
    {
        var grown = new ContractShape(
            [.. Shape.Operations, new("NewAsync", [], "", false)],
            [new("N.Request", [new("Name", "string", true), new("Title", "string", false)]), Shape.Types[1] with { Members = [.. Shape.Types[1].Members, new("At", "datetime", false)] }, Shape.Types[2]]);
        ContractCompatibility.Problems(Shape, grown).ShouldBeEmpty();
        ContractCompatibility.Problems(grown with { Operations = Shape.Operations }, Shape).ShouldBeEmpty();
        ContractCompatibility.Problems(grown, Shape).ShouldBe(["the provider has no NewAsync()"]);
    }

    [Fact]
    public void A_new_required_member_breaks_the_side_that_reads_it()
    {
        var stricter = Shape with { Types = [new("N.Request", [new("Name", "string", true), new("Age", "int32", true)]), Shape.Types[1], Shape.Types[2]] };
        ContractCompatibility.Problems(Shape, stricter).ShouldBe(["N.Request.Age is required on one side and missing on the other"]);

        // A provider that answers more than its consumer knows does not break it.
        var richer = Shape with { Types = [Shape.Types[0], new("N.Greeting", [.. Shape.Types[1].Members, new("Length", "int32", true)]), Shape.Types[2]] };
        ContractCompatibility.Problems(Shape, richer).ShouldBeEmpty();
        ContractCompatibility.Problems(richer, Shape).ShouldBe(["N.Greeting.Length is required on one side and missing on the other"]);
    }

    [Fact]
    public void A_value_of_an_enumeration_keeps_its_number() =>
        ContractCompatibility.Problems(Shape, Shape with { Types = [Shape.Types[0], Shape.Types[1], new("N.Mood", [new("Calm", "2", false)])] })
            .ShouldBe(["N.Mood.Calm is 2 on one side and 1 on the other"]);

    [Fact]
    public void Another_result_is_said_in_words() =>
        ContractCompatibility.Problems(Shape, Shape with { Operations = [new("GreetAsync", ["N.Request"], "string", true)] })
            .ShouldBe(["GreetAsync(N.Request) answers a stream of string and not [N.Greeting]"]);
}
