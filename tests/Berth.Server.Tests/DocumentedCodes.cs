using System.Text.RegularExpressions;

namespace Berth.Server.Tests;

/// <summary>The error codes that the documentation lists.</summary>
public static partial class DocumentedCodes
{
    private static readonly Lazy<IReadOnlySet<string>> Codes = new(Read);

    /// <summary>Fails when no page of the documentation lists the code.</summary>
    public static void ShouldList(string code)
    {
        CodeForm().IsMatch(code).ShouldBeTrue($"'{code}' is not a dotted code");
        Codes.Value.Contains(code).ShouldBeTrue($"the documentation does not list '{code}'");
    }

    private static IReadOnlySet<string> Read()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Berth.slnx")))
            folder = folder.Parent;
        var docs = Path.Combine(folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository."), "docs");
        // One page, or one a part.
        var pages = Directory.EnumerateFiles(docs, "*.md", SearchOption.AllDirectories)
            .Where(page => Path.GetFileName(page) == "errors.md" || Path.GetFileName(Path.GetDirectoryName(page)) == "errors");
        return pages.SelectMany(page => ListedCode().Matches(File.ReadAllText(page))).Select(match => match.Groups["code"].Value).ToHashSet(StringComparer.Ordinal);
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*(\\.[a-z0-9_]+)+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodeForm();

    [GeneratedRegex("`(?<code>[a-z][a-z0-9_]*(\\.[a-z0-9_]+)+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ListedCode();
}
