using System.Text.RegularExpressions;
using Berth.Sdk.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Berth.Sdk.Tests.Analyzers;

public sealed partial class UnloadAnalyzerTests
{
    private static readonly UnloadAnalyzer[] All =
    [
        .. typeof(UnloadAnalyzer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(UnloadAnalyzer))).Select(type => (UnloadAnalyzer)Activator.CreateInstance(type)!),
    ];

    [Fact]
    public void Every_rule_has_a_section_of_its_own_in_the_documentation() =>
        All.Select(analyzer => analyzer.SupportedDiagnostics.Single().Id).Order().ShouldBe(Section().Matches(File.ReadAllText(Path.Combine(Root(), "docs", "analyzer.md"))).Select(match => match.Groups["id"].Value));

    [Fact]
    public void Every_rule_is_a_warning_that_the_compiler_finds() => All.ShouldAllBe(analyzer =>
        analyzer.SupportedDiagnostics.Single().DefaultSeverity == DiagnosticSeverity.Warning
        && analyzer.GetType().IsPublic
        && analyzer.GetType().IsDefined(typeof(DiagnosticAnalyzerAttribute), false));

    [Fact]
    public void Every_rule_has_tests_of_its_own() =>
        All.Select(analyzer => analyzer.GetType().Name + "Tests").ShouldBeSubsetOf(typeof(UnloadAnalyzerTests).Assembly.GetTypes().Select(type => type.Name));

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Berth.slnx")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    [GeneratedRegex("^## (?<id>BERTH[0-9]{3})$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Section();
}
