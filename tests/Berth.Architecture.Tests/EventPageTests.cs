using System.Globalization;
using System.Text;
using System.Text.Json;
using Berth.Events;

namespace Berth.Architecture.Tests;

/// <summary>docs/event-catalogue.md is made from the catalogue, and says truthfully what nobody raises yet.</summary>
public sealed class EventPageTests
{
    private static readonly string NotRaisedFile = Path.Combine(RepositoryFiles.Root, "tests", "Berth.Architecture.Tests", "EventsNotRaised.approved.txt");

    [Fact]
    public async Task Every_event_is_raised_somewhere_or_stands_in_the_list_of_those_that_are_not()
    {
        var now = string.Concat(RaisedEvents.FindNotRaised().Select(type => type + "\n"));
        var approved = File.Exists(NotRaisedFile) ? await File.ReadAllTextAsync(NotRaisedFile) : "";
        if (now != approved)
            await File.WriteAllTextAsync(NotRaisedFile.Replace(".approved.", ".approved.received.", StringComparison.Ordinal), now);
        approved.ShouldBe(now, "Raise the event, or, if what is (not) raised has changed, copy EventsNotRaised.approved.received.txt over the approved file.");
    }

    [Fact]
    public async Task The_page_is_made_from_the_catalogue()
    {
        var page = Path.Combine(RepositoryFiles.Root, "docs", "event-catalogue.md");
        var expected = await PageAsync();
        var written = File.Exists(page) ? await File.ReadAllTextAsync(page) : "";
        if (written != expected)
            await File.WriteAllTextAsync(Path.ChangeExtension(page, ".received.txt"), expected);
        written.ShouldBe(expected, "docs/event-catalogue.md is made from the catalogue: copy docs/event-catalogue.received.txt over it.");
    }

    private static async Task<string> PageAsync()
    {
        var notRaised = await File.ReadAllLinesAsync(NotRaisedFile);
        var summaries = RaisedEvents.ReadSummaries();
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"""
            # The catalogue of events

            {EventCatalogue.Types.Count} types. How they are delivered and kept: [events.md](events.md). Members are in snake case, as on the wire; one with `?` may be
            missing. *Protected*: part of the record of security, never dropped, and in the audit, too, with the outcome behind it.
            *Plugins*: a plugin may subscribe to it where it is about that plugin.

            """);
        foreach (var group in EventCatalogue.Types.GroupBy(type => type.Split('.')[1], StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## `berth.{group.Key}.*`\n\n| type | what happened | data | |\n|---|---|---|---|\n");
            foreach (var type in group)
                text.Append(CultureInfo.InvariantCulture, $"| `{type}` | {summaries[type]} | {Members(type)} | {Remarks(type, notRaised)} |\n");
        }

        return text.ToString();
    }

    private static string Members(string type)
    {
        var nullability = new System.Reflection.NullabilityInfoContext();
        return string.Join(", ", EventCatalogue.RecordOf(type)!.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!.GetParameters().Select(member =>
            $"`{JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name!)}{(nullability.Create(member).WriteState == System.Reflection.NullabilityState.Nullable ? "?" : "")}`"));
    }

    private static string Remarks(string type, string[] notRaised)
    {
        var record = EventCatalogue.RecordOf(type)!;
        var description = EventCatalogue.DescriptionOf(record)!;
        List<string> remarks = [];
        if (description.IsProtected)
            remarks.Add($"protected: {(description.Audit == AuditOutcome.Succeeded ? "succeeded" : "failed")}");
        if (record.GetProperty("Slug") is not null && !description.NamesUsers)
            remarks.Add("plugins");
        if (notRaised.Contains(type, StringComparer.Ordinal))
            remarks.Add("not raised by this version");
        return string.Join(", ", remarks);
    }
}
