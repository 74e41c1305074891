using System.Text.RegularExpressions;
using Berth.Events;

namespace Berth.Architecture.Tests;

/// <summary>What the sources say of the events: which are raised somewhere, and what their records' summaries are.</summary>
internal static partial class RaisedEvents
{
    /// <summary>Types whose record is made, or whose name is written, nowhere in the product.</summary>
    public static IReadOnlyList<string> FindNotRaised()
    {
        var sources = RepositoryFiles.Sources("src").Where(file => !IsCatalogue(file)).Select(File.ReadAllText).ToList();
        return [.. EventCatalogue.Types.Where(type => !sources.Any(text => Raises(text, type)))];
    }

    /// <summary>The first sentence about each type, as Markdown.</summary>
    public static IReadOnlyDictionary<string, string> ReadSummaries() => RepositoryFiles.Sources("src").Where(IsCatalogue)
        .SelectMany(file => Described().Matches(File.ReadAllText(file)))
        .ToDictionary(match => match.Groups["type"].Value, match => Markdown(match.Groups["comment"].Value), StringComparer.Ordinal);

    private static bool IsCatalogue(string file) => file.Contains("/Berth.Abstractions/Events/", StringComparison.Ordinal);

    // The record made, or the type written in code or SQL, or put together from its group and a word.
    private static bool Raises(string text, string type) =>
        text.Contains($"new {EventCatalogue.RecordOf(type)!.Name}(", StringComparison.Ordinal)
        || text.Contains($"\"{type}\"", StringComparison.Ordinal)
        || text.Contains($"'{type}'", StringComparison.Ordinal)
        || text.Contains($"$\"{type[..type.LastIndexOf('.')]}.{{", StringComparison.Ordinal);

    private static string Markdown(string comment)
    {
        var text = string.Join(' ', comment.Split('\n').Select(line => line.Trim().TrimStart('/').Trim()).Where(line => line.Length > 0));
        text = text.Replace("<summary>", "", StringComparison.Ordinal).Replace("</summary>", "", StringComparison.Ordinal);
        text = text.Replace("<c>", "`", StringComparison.Ordinal).Replace("</c>", "`", StringComparison.Ordinal);
        return Reference().Replace(text, "`${name}`").Trim();
    }

    [GeneratedRegex("(?<comment>(?:^///[^\\n]*\\n)+)\\[EventType\\(\"(?<type>[a-z_.]+)\"", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Described();

    [GeneratedRegex("<see (cref|langword)=\"(?<name>[^\"]+)\" ?/>", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Reference();
}
