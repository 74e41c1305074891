using System.Reflection;
using System.Xml.Linq;
using Berth.Lifecycle.Bulk;
using Berth.Lifecycle.Cleanup;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Sharing;
using Berth.Lifecycle.Users;

namespace Berth.Lifecycle.Tests.Operations;

/// <summary>Every operation says what holds before it, after it and after a failure; whoever adds one says it, too.</summary>
public sealed class ContractTextTests
{
    private static readonly string[] Clauses = ["Before: ", "After: ", "After a failure: "];

    private static readonly XDocument Texts = XDocument.Load(Path.ChangeExtension(typeof(ILifecycleOperations).Assembly.Location, ".xml"));

    public static TheoryData<string> Operations { get; } =
    [
        .. typeof(ILifecycleOperations).GetMethods().Where(method => method.ReturnType == typeof(Task<OperationOutcome>)).Select(NameOf),
        NameOf(typeof(IShares).GetMethod(nameof(IShares.OfferAsync))!),
        NameOf(typeof(IShares).GetMethod(nameof(IShares.AcceptAsync))!),
        NameOf(typeof(IBulkOperations).GetMethod(nameof(IBulkOperations.StartAsync))!),
        NameOf(typeof(ISitePins).GetMethod(nameof(ISitePins.SetAsync))!),
        NameOf(typeof(ICleanup).GetMethod(nameof(ICleanup.RunAsync))!),
        NameOf(typeof(IUserRemoval).GetMethod(nameof(IUserRemoval.RemoveAsync))!),
    ];

    [Theory, MemberData(nameof(Operations))]
    public void An_operation_says_what_holds_before_after_and_after_a_failure(string operation)
    {
        var text = TextOf(operation);
        var places = Clauses.Select(clause => text.IndexOf(clause, StringComparison.Ordinal)).ToList();
        places.ShouldAllBe(place => place >= 0, $"{operation} says: {text}");
        places.ShouldBeInOrder();
    }

    [Fact]
    public void All_operations_of_the_life_cycle_are_looked_at() => Operations.Count.ShouldBeGreaterThanOrEqualTo(9 + 6);

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType!.FullName}.{method.Name}";

    private static string TextOf(string operation)
    {
        var member = Texts.Descendants("member").Single(one => ((string)one.Attribute("name")!).StartsWith($"M:{operation}(", StringComparison.Ordinal));
        return string.Join(' ', member.Element("summary")!.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
