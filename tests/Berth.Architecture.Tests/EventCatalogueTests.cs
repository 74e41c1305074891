using System.Text;
using System.Text.RegularExpressions;
using Berth.Events;

namespace Berth.Architecture.Tests;

/// <summary>The catalogue of events is a contract with whoever subscribes: it is an approved text, and complete.</summary>
public sealed partial class EventCatalogueTests
{
    [Fact]
    public async Task The_catalogue_is_the_approved_one()
    {
        var approved = Path.Combine(RepositoryFiles.Root, "tests", "Berth.Architecture.Tests", "EventCatalogue.approved.txt");
        var text = new StringBuilder();
        foreach (var type in EventCatalogue.Types)
        {
            text.Append(type).AppendLine();
            foreach (var member in EventCatalogue.RecordOf(type)!.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!.GetParameters())
                text.Append("    ").Append(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name!)).Append(": ").AppendLine((Nullable.GetUnderlyingType(member.ParameterType) ?? member.ParameterType).Name);
        }

        var written = File.Exists(approved) ? await File.ReadAllTextAsync(approved) : "";
        if (written != text.ToString())
            await File.WriteAllTextAsync(approved.Replace(".approved.", ".approved.received.", StringComparison.Ordinal), text.ToString());
        written.ShouldBe(text.ToString(), "Look at the difference; if it is meant, copy the received text over the approved one.");
    }

    [Fact]
    public void Every_type_that_the_code_writes_is_in_the_catalogue() =>
        RepositoryFiles.Sources("src").Where(file => !file.Contains("/Berth.Abstractions/", StringComparison.Ordinal))
            .SelectMany(file => TypeInSource().Matches(File.ReadAllText(file)).Select(match => match.Groups["type"].Value))
            .Distinct(StringComparer.Ordinal).Except(EventCatalogue.Types, StringComparer.Ordinal)
            // The name of a file.
            .Except(["berth.variant.json"], StringComparer.Ordinal).ShouldBeEmpty();

    [GeneratedRegex("\"(?<type>berth\\.[a-z_]+\\.[a-z_]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TypeInSource();
}
