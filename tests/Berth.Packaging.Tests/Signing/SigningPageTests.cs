using System.Reflection;
using System.Runtime.CompilerServices;
using Berth.Packaging.Signing;

namespace Berth.Packaging.Tests.Signing;

/// <summary>docs/signing.md lists exactly the cases that are tested, and docs/errors/signing.md every code.</summary>
public sealed class SigningPageTests
{
    [Fact]
    public void The_page_lists_every_edge_case_with_its_code_and_no_other()
    {
        var expected = SignatureEdgeCaseTests.All.Select(one => $"| {one.Key} | `{one.Value.Code}` |")
            .Concat(KeyReadingTests.BadKeys.Select(one => $"| {one.Key} | `{one.Value.Code}` |"));

        File.ReadAllLines(Page("signing.md")).Where(line => line.EndsWith("` |", StringComparison.Ordinal) && !line.StartsWith("| `", StringComparison.Ordinal) && !line.Contains("| valid |", StringComparison.Ordinal))
            .ShouldBe(expected);
    }

    [Fact]
    public void Every_code_has_its_row()
    {
        var page = File.ReadAllText(Page("errors/signing.md"));

        foreach (var code in typeof(SignatureFaultCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!))
            page.ShouldContain($"\n| `{code}` |");
    }

    private static string Page(string name, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", name);
}
