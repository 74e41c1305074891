using Berth.Sdk.Analyzers.Rules;
using Berth.Sdk.Tests.Beds;

namespace Berth.Sdk.Tests.Analyzers.Rules;

public sealed class DynamicAnalyzerTests
{
    [Theory]
    [InlineData("""public static void Start(CancellationToken unloading) { dynamic note = new Note(); [|note.Text|] = "x"; }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { dynamic text = "abc"; int length = [|text.Length|]; }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { dynamic number = 1; var sum = [|number + 1|]; }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { dynamic note = new Note(); [|note.ToString().Trim()|]; }""")]
    public Task Dynamic_binding_is_told(string members) => Judged<DynamicAnalyzer>.StaysAndIsToldAsync(members);

    [Theory]
    [InlineData("""public static void Start(CancellationToken unloading) { dynamic note = new Note(); object same = note; System.Text.Json.Nodes.JsonNode.Parse("{}")!["a"]?.ToString(); }""")]
    public Task An_object_that_is_only_passed_on_is_not(string members) => Judged<DynamicAnalyzer>.GoesAndIsNotToldAsync(members);
}
