using System.Text.RegularExpressions;

namespace Berth.Architecture.Tests;

public sealed partial class SourceFilesTests
{
    [Fact]
    public void No_source_file_is_longer_than_four_hundred_lines() =>
        RepositoryFiles.Sources("src").Where(file => File.ReadLines(file).Count() > 400)
            .Select(file => Path.GetRelativePath(RepositoryFiles.Root, file)).ShouldBeEmpty();

    [Fact]
    public void Every_error_code_in_the_code_is_listed_in_docs_errors()
    {
        var documented = CodeInDocs().Matches(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "errors.md")))
            .Select(match => match.Groups["code"].Value).ToHashSet(StringComparer.Ordinal);
        var families = documented.Select(code => code[..code.IndexOf('.', StringComparison.Ordinal)]).ToHashSet(StringComparer.Ordinal);
        families.Count.ShouldBeGreaterThan(10);
        var missing = RepositoryFiles.Sources("src")
            .SelectMany(file => CodeInSource().Matches(File.ReadAllText(file)).Select(match => match.Groups["code"].Value))
            .Where(code => families.Contains(code[..code.IndexOf('.', StringComparison.Ordinal)]) && !documented.Contains(code) && !code.EndsWith(".json", StringComparison.Ordinal) && !code.EndsWith(".dll", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        missing.ShouldBeEmpty();
    }

    [GeneratedRegex("\"(?<code>[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex CodeInSource();

    [GeneratedRegex("^\\| `(?<code>[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+)` \\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex CodeInDocs();
}
