using System.Text.Json.Nodes;

namespace Berth.Plugins.Tests.Notes;

/// <summary>What happens to a user's notes between 1.0.0 and 1.1.0, both ways, with the lifecycle managers of the built packages.</summary>
public sealed class NotesMigrationTests : IDisposable
{
    private const string First = "0192f0000000700080000000000000a1";
    private const string Second = "0192f0000000700080000000000000a2";

    private static readonly DateTimeOffset Import = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private readonly FixedTime _time = new(Import);
    private readonly LoadedPlugin _older = new("Notes", "1.0.0");
    private readonly LoadedPlugin _newer = new("Notes", "1.1.0");

    public void Dispose()
    {
        _older.Dispose();
        _newer.Dispose();
    }

    [Fact]
    public async Task A_note_of_1_0_arrives_in_1_1_with_its_text_unrendered_and_its_date()
    {
        var old = await FillAsync((Key(First), Note(First, "Shopping", "*milk* & <bread>")));

        var data = await MoveAsync(_older, old, _newer);

        var entry = await ReadAsync(data, $"entries/{First}");
        Text(entry, "head", "title").ShouldBe("Shopping");
        Text(entry, "body", "content").ShouldBe("*milk* & <bread>");
        Text(entry, "body", "format").ShouldBe("plain");
        Text(entry, "head", "created").ShouldBe(Text(entry, "head", "updated"));
        entry["head"]!["tags"]!.AsArray().ShouldBeEmpty();
        (await KeysAsync(data)).ShouldBe([$"entries/{First}"]);
    }

    [Fact]
    public async Task A_note_of_1_1_arrives_in_1_0_with_title_text_and_date()
    {
        var old = await FillAsync((Entry(First), RichEntry(First)));

        var data = await MoveAsync(_newer, old, _older);

        var note = await ReadAsync(data, Key(First));
        note["title"]!.GetValue<string>().ShouldBe("Plans");
        note["text"]!.GetValue<string>().ShouldBe("# One\n\n*two*");
        note["created"]!.GetValue<DateTimeOffset>().ShouldBe(DateTimeOffset.Parse("2026-01-02T03:04:05+00:00"));
    }

    [Fact]
    public async Task Up_and_down_again_leaves_the_notes_of_1_0_as_they_were()
    {
        var before = await FillAsync((Key(First), Note(First, "Shopping", "milk")), (Key(Second), Note(Second, "Ünïcode 🚢", "")));

        var after = await MoveAsync(_newer, await MoveAsync(_older, before, _newer), _older);

        foreach (var key in await KeysAsync(before))
            JsonNode.DeepEquals(await ReadAsync(after, key), await ReadAsync(before, key)).ShouldBeTrue(key);
    }

    [Fact]
    public async Task Down_and_up_again_loses_nothing_that_1_1_knows_or_a_later_version_wrote()
    {
        var before = await FillAsync((Entry(First), RichEntry(First)), ("reminders/today", """{"note":"x","at":"2026-12-01"}"""));

        var after = await MoveAsync(_older, await MoveAsync(_newer, before, _older), _newer);

        (await KeysAsync(after)).ShouldBe(await KeysAsync(before));
        foreach (var key in await KeysAsync(before))
            JsonNode.DeepEquals(await ReadAsync(after, key), await ReadAsync(before, key)).ShouldBeTrue(key);
    }

    [Fact]
    public async Task What_1_0_changed_wins_and_the_rest_of_the_note_stays()
    {
        var down = await MoveAsync(_newer, await FillAsync((Entry(First), RichEntry(First))), _older);
        var note = await ReadAsync(down, Key(First));
        note["text"] = "changed in 1.0";
        await down.SetJsonAsync(Key(First), note.ToJsonString());

        var up = await MoveAsync(_older, down, _newer);

        var entry = await ReadAsync(up, Entry(First));
        Text(entry, "body", "content").ShouldBe("changed in 1.0");
        Text(entry, "body", "format").ShouldBe("markdown");
        entry["head"]!["pinned"]!.GetValue<bool>().ShouldBeTrue();
        entry["head"]!["tags"]!.AsArray().Select(tag => tag!.GetValue<string>()).ShouldBe(["work", "q4"]);
        entry["head"]!["updated"]!.GetValue<DateTimeOffset>().ShouldBe(Import);
    }

    [Fact]
    public async Task What_1_0_removed_through_its_api_stays_removed()
    {
        var down = await MoveAsync(_newer, await FillAsync((Entry(First), RichEntry(First)), (Entry(Second), RichEntry(Second))), _older);
        await using var running = await RunningPlugin.StartAsync(_older.Plugin, _older.Context);
        foreach (var (key, json) in await down.ListJsonAsync())
            await running.Data.SetJsonAsync(key, json);

        (await running.Client.DeleteAsync(new Uri($"notes/{First}", UriKind.Relative))).EnsureSuccessStatusCode();

        (await KeysAsync(running.Data)).ShouldNotContain(key => key.Contains(First));
        (await KeysAsync(await MoveAsync(_older, running.Data, _newer))).ShouldBe([Entry(Second)]);
    }

    [Fact]
    public async Task A_note_written_in_1_0_meanwhile_joins_those_that_come_back()
    {
        var down = await MoveAsync(_newer, await FillAsync((Entry(First), RichEntry(First))), _older);
        await down.SetJsonAsync(Key(Second), Note(Second, "New", "written in 1.0"));

        var up = await MoveAsync(_older, down, _newer);

        (await KeysAsync(up)).ShouldBe([Entry(First), Entry(Second)]);
    }

    [Theory]
    [InlineData("1.0.0", "notes/0192f0000000700080000000000000a1")]
    [InlineData("1.1.0", "entries/0192f0000000700080000000000000a1")]
    public async Task A_document_that_is_no_note_fails_the_import_and_is_named(string from, string key)
    {
        var (source, target) = from == "1.0.0" ? (_older, _newer) : (_newer, _older);
        var old = await FillAsync((key, """{"title":7}"""));

        var error = await Should.ThrowAsync<InvalidDataException>(() => MoveAsync(source, old, target));

        error.Message.ShouldContain(key);
    }

    [Theory]
    [InlineData("1.0.0")]
    [InlineData("1.1.0")]
    public async Task A_new_user_finds_one_welcome_note_and_a_healthy_installation(string version)
    {
        var plugin = version == "1.0.0" ? _older : _newer;
        var data = new InMemoryUserData();

        await plugin.CreateLifecycle(_time).InstallAsync(Installation(plugin, data), CancellationToken.None);

        (await KeysAsync(data)).Count.ShouldBe(1);
        (await CheckAsync(plugin, data)).IsHealthy.ShouldBeTrue();
    }

    [Theory]
    [InlineData("1.0.0", "notes/broken")]
    [InlineData("1.1.0", "entries/broken")]
    public async Task The_check_names_documents_that_are_no_notes(string version, string key)
    {
        var plugin = version == "1.0.0" ? _older : _newer;
        var data = await FillAsync((key, "[]"), (key + "2", """{"title":null}"""));

        var result = await CheckAsync(plugin, data);

        result.IsHealthy.ShouldBeFalse();
        result.Problems.Count.ShouldBe(2);
        result.Problems[0].ShouldContain(key);
    }

    private Task<CheckResult> CheckAsync(LoadedPlugin plugin, InMemoryUserData data) =>
        plugin.CreateLifecycle(_time).CheckAsync(Installation(plugin, data), CancellationToken.None);

    /// <summary>What an update does: the old version exports, the new one imports into an empty generation.</summary>
    private async Task<InMemoryUserData> MoveAsync(LoadedPlugin from, InMemoryUserData old, LoadedPlugin to)
    {
        var export = await from.CreateLifecycle(_time).ExportAsync(Installation(from, old), CancellationToken.None);
        var data = new InMemoryUserData();
        await to.CreateLifecycle(_time).ImportAsync(Installation(to, data), export, CancellationToken.None);
        return data;
    }

    private static UserInstallation Installation(LoadedPlugin plugin, InMemoryUserData data) =>
        new(new TestUser(), plugin.Context.Slug, plugin.Context.Version, data, "{}");

    private static async Task<InMemoryUserData> FillAsync(params (string Key, string Json)[] documents)
    {
        var data = new InMemoryUserData();
        foreach (var (key, json) in documents)
            await data.SetJsonAsync(key, json);
        return data;
    }

    private static async Task<JsonNode> ReadAsync(InMemoryUserData data, string key) => JsonNode.Parse((await data.GetJsonAsync(key))!)!;

    private static async Task<IReadOnlyList<string>> KeysAsync(InMemoryUserData data) =>
        [.. (await data.ListJsonAsync()).Select(document => document.Key)];

    private static string Text(JsonNode entry, string part, string member) => entry[part]![member]!.GetValue<string>();

    private static string Key(string id) => $"notes/{id}";

    private static string Entry(string id) => $"entries/{id}";

    private static string Note(string id, string title, string text) =>
        new JsonObject { ["id"] = id, ["title"] = title, ["text"] = text, ["created"] = "2026-01-02T03:04:05+00:00" }.ToJsonString();

    private static string RichEntry(string id) => $$"""
        {"id":"{{id}}",
         "head":{"title":"Plans","tags":["work","q4"],"pinned":true,"created":"2026-01-02T03:04:05+00:00","updated":"2026-02-03T04:05:06+00:00","colour":"green"},
         "body":{"format":"markdown","content":"# One\n\n*two*"},
         "attachments":[{"name":"a.png"}]}
        """;
}
