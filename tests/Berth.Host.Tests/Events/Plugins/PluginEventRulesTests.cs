using System.Text;
using Berth.Events;
using Berth.Host.Events.Plugins;
using Berth.Packaging.Manifest;

namespace Berth.Host.Tests.Events.Plugins;

public sealed class PluginEventRulesTests
{
    private static readonly PluginEventRules Rules = Of("""
        {
          "name": "Notes", "version": "1.0.0", "description": "d", "module": { "assembly": "lib/net10.0/Notes.dll" },
          "dependencies": { "Clock": "*" }, "optionalDependencies": { "Mail": "*" },
          "events": { "custom": ["written", { "name": "shared" }] }
        }
        """);

    [Theory]
    [InlineData("written", true)]
    [InlineData("shared", true)]
    [InlineData("Written", false)]
    [InlineData("deleted", false)]
    public void A_plugin_publishes_what_its_manifest_declares(string name, bool isAllowed) => (Rules.RefusalToPublish(name) is null).ShouldBe(isAllowed);

    [Fact]
    public void A_refusal_names_what_to_declare() => Rules.RefusalToPublish("deleted").ShouldNotBeNull().ShouldContain("\"deleted\" to events.custom");

    [Fact]
    public void A_plugin_without_events_in_its_manifest_publishes_nothing() =>
        Of("""{ "name": "Mute", "version": "1.0.0", "description": "d", "module": { "assembly": "lib/net10.0/Mute.dll" } }""").RefusalToPublish("x").ShouldNotBeNull();

    [Theory]
    [InlineData("Notes", "written", true)]
    [InlineData("Notes", "typo", false)]
    [InlineData(null, "written", true)]
    [InlineData("Clock", "tick", true)]
    [InlineData("clock", null, true)]
    [InlineData("Mail", "sent", true)]
    [InlineData("Bank", "paid", false)]
    public void A_plugin_sees_declared_events_of_its_own_and_of_what_it_depends_on(string? slug, string? name, bool isAllowed) =>
        (Rules.RefusalToSee(new EventSelection("berth.plugin.event", slug, name)) is null).ShouldBe(isAllowed);

    [Theory]
    [InlineData("berth.installation.installed", null, true)]
    [InlineData("berth.installation.installed", "notes", true)]
    [InlineData("berth.installation.installed", "Clock", false)]
    [InlineData("berth.guard.denied", null, true)]
    [InlineData("berth.guard.denied", "Clock", false)]
    [InlineData("berth.user.created", null, false)]
    [InlineData("berth.webhook.created", null, false)]
    [InlineData("berth.no.such", null, false)]
    public void A_plugin_sees_of_the_catalogue_what_is_about_itself(string type, string? slug, bool isAllowed) =>
        (Rules.RefusalToSee(new EventSelection(type, slug)) is null).ShouldBe(isAllowed);

    [Fact]
    public void No_plugin_sees_an_event_with_a_member_for_a_user()
    {
        string[] people = ["UserId", "FromUser", "Recipient", "By"];
        foreach (var type in EventCatalogue.Types.Where(type => EventCatalogue.RecordOf(type)!.GetProperties().Any(member => people.Contains(member.Name))))
            Rules.RefusalToSee(new EventSelection(type)).ShouldNotBeNull(type);
    }

    internal static PluginEventRules Of(string manifest) => new(new PluginVersionId("Notes", "1.0.0"), Read(manifest));

    private static PluginManifest Read(string json)
    {
        var outcome = ManifestReader.Read(Encoding.UTF8.GetBytes(json));
        outcome.IsAccepted.ShouldBeTrue(string.Join("; ", outcome.Faults));
        return outcome.Manifest!;
    }
}
