using System.Text.RegularExpressions;

namespace Berth.Server.Tests;

/// <summary>The error codes that the documentation lists.</summary>
public static partial class DocumentedCodes
{
    private static readonly Lazy<IReadOnlySet<string>?> Codes = new(Read);

    /// <summary>Fails when the documentation is there and does not list the code.</summary>
    public static void ShouldList(string code)
    {
        CodeForm().IsMatch(code).ShouldBeTrue($"'{code}' is not a dotted code");
        if (Codes.Value is { } codes)
            codes.ShouldContain(code, $"docs/errors.md does not list '{code}'");
    }

    private static IReadOnlySet<string>? Read()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Berth.slnx")))
            folder = folder.Parent;
        var file = folder is null ? null : Path.Combine(folder.FullName, "docs", "errors.md");
        return file is not null && File.Exists(file)
            ? ListedCode().Matches(File.ReadAllText(file)).Select(match => match.Groups["code"].Value).ToHashSet(StringComparer.Ordinal)
            : null;
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*(\\.[a-z0-9_]+)+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodeForm();

    [GeneratedRegex("`(?<code>[a-z][a-z0-9_]*(\\.[a-z0-9_]+)+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ListedCode();
}
