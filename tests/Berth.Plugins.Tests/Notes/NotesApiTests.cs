using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Berth.Plugins.Tests.Notes;

/// <summary>The API of both versions, on a real server.</summary>
public sealed class NotesApiTests
{
    public static TheoryData<string> Versions => new("1.0.0", "1.1.0");

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task It_answers_with_its_own_version(string version)
    {
        await using var notes = await StartAsync(version);

        var answer = await GetAsync(notes, "version");

        answer.ToJsonString().ShouldBe($$"""{"slug":"Notes","version":"{{version}}"}""");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_note_is_written_read_changed_and_removed(string version)
    {
        await using var notes = await StartAsync(version);

        var created = await notes.Client.PostAsJsonAsync("notes", new { title = "  Plans ", text = "one\ntwo" });
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        var note = (await created.Content.ReadFromJsonAsync<JsonNode>())!;
        note["title"]!.GetValue<string>().ShouldBe("Plans");
        var address = new Uri(created.RequestMessage!.RequestUri!, created.Headers.Location!);

        (await notes.Client.GetFromJsonAsync<JsonNode>(address))!.ToJsonString().ShouldBe(note.ToJsonString());
        var changed = await notes.Client.PutAsJsonAsync(address, new { title = "Plans", text = "three" });
        (await changed.Content.ReadFromJsonAsync<JsonNode>())!["text"]!.GetValue<string>().ShouldBe("three");
        (await notes.Client.DeleteAsync(address)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await notes.Client.GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await notes.Client.DeleteAsync(address)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await notes.Data.ListJsonAsync()).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_search_wants_every_word_somewhere_in_title_or_text(string version)
    {
        await using var notes = await StartAsync(version);
        await AddAsync(notes, "Harbour walk", "bring the CAMERA");
        await AddAsync(notes, "Groceries", "harbour fish");

        (await FindAsync(notes, "HARBOUR")).ShouldBe(["Groceries", "Harbour walk"], ignoreOrder: true);
        (await FindAsync(notes, "camera  harbour")).ShouldBe(["Harbour walk"]);
        (await FindAsync(notes, "harbour snow")).ShouldBeEmpty();
        (await FindAsync(notes, "")).Count.ShouldBe(2);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_list_follows_the_users_setting(string version)
    {
        await using var notes = await StartAsync(version, """{"sortBy":"title"}""");
        foreach (var title in (string[])["b", "C", "a"])
            await AddAsync(notes, title, "");

        (await FindAsync(notes, "")).ShouldBe(["a", "b", "C"]);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task All_faults_of_a_note_are_told_at_once(string version)
    {
        await using var notes = await StartAsync(version);

        var answer = await notes.Client.PostAsJsonAsync("notes", new { title = new string('x', 201), text = "a\0b" });

        var problem = await ProblemAsync(answer, HttpStatusCode.BadRequest, "notes.invalid");
        problem["errors"]!.AsArray().Select(error => error!["pointer"]!.GetValue<string>()).ShouldBe(["/title", "/text"]);
        (await notes.Data.ListJsonAsync()).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Missing_members_are_told_as_missing(string version)
    {
        await using var notes = await StartAsync(version);

        var answer = await notes.Client.PostAsync(new Uri("notes", UriKind.Relative), Json("{}"));

        (await ProblemAsync(answer, HttpStatusCode.BadRequest, "notes.invalid"))["errors"]!.AsArray().Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("1.0.0", "{")]
    [InlineData("1.0.0", "")]
    [InlineData("1.0.0", "null")]
    [InlineData("1.0.0", "[]")]
    [InlineData("1.0.0", """{"title":7,"text":""}""")]
    [InlineData("1.0.0", """{"title":"\ud800","text":""}""")]
    [InlineData("1.1.0", """{"title":"a","text":"","tags":"no list"}""")]
    public async Task A_body_that_is_not_the_expected_JSON_is_malformed(string version, string body)
    {
        await using var notes = await StartAsync(version);

        var answer = await notes.Client.PostAsync(new Uri("notes", UriKind.Relative), Json(body));

        await ProblemAsync(answer, HttpStatusCode.BadRequest, "request.malformed");
    }

    [Fact]
    public async Task A_body_of_another_type_is_refused()
    {
        await using var notes = await StartAsync("1.0.0");

        var answer = await notes.Client.PostAsync(new Uri("notes", UriKind.Relative), new StringContent("title=a"));

        await ProblemAsync(answer, HttpStatusCode.UnsupportedMediaType, "request.media_type");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_beyond_the_bound_is_refused_whether_it_states_its_length_or_not(bool statesLength)
    {
        await using var notes = await StartAsync("1.0.0");
        var body = Json($$"""{"title":"a","text":"{{new string('x', 1024 * 1024)}}"}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, "notes") { Content = body };
        request.Headers.TransferEncodingChunked = statesLength ? null : true;

        var answer = await notes.Client.SendAsync(request);

        await ProblemAsync(answer, HttpStatusCode.RequestEntityTooLarge, "request.too_large");
    }

    [Theory]
    [InlineData("notes/x")]
    [InlineData("notes/0192F000000070008000000000000AA1")]
    [InlineData("notes/%2e%2e%2f%2e%2e%2fetc")]
    [InlineData("notes/0192f0000000700080000000000000a%0a")]
    [InlineData("notes/0192f0000000700080000000000000ff")]
    public async Task An_id_that_is_none_of_the_users_is_not_found(string path)
    {
        await using var notes = await StartAsync("1.1.0");

        await ProblemAsync(await notes.Client.GetAsync(new Uri(path, UriKind.Relative)), HttpStatusCode.NotFound, "notes.not_found");
    }

    [Fact]
    public async Task The_longest_text_fits_into_a_document_of_either_version()
    {
        foreach (var version in (string[])["1.0.0", "1.1.0"])
        {
            await using var notes = await StartAsync(version);
            await AddAsync(notes, "long", new string('ü', 100_000));
            (await FindAsync(notes, "")).ShouldBe(["long"]);
        }
    }

    [Fact]
    public async Task Tags_and_pins_of_1_1_are_kept_found_and_sorted_by()
    {
        await using var notes = await StartAsync("1.1.0");
        await notes.Client.PostAsJsonAsync("notes", new { title = "old", text = "", tags = (string[])["work", "Work", "q4"], pinned = true });
        await AddAsync(notes, "workshop", "");

        (await FindAsync(notes, "")).ShouldBe(["old", "workshop"]);
        (await FindAsync(notes, "#work")).ShouldBe(["old"]);
        (await FindAsync(notes, "work")).ShouldBe(["old", "workshop"]);
    }

    [Fact]
    public async Task A_client_of_1_0_changes_a_note_of_1_1_without_losing_its_tags()
    {
        await using var notes = await StartAsync("1.1.0");
        var created = await notes.Client.PostAsJsonAsync("notes", new { title = "a", text = "b", tags = (string[])["x"], pinned = true, format = "plain" });
        var id = (await created.Content.ReadFromJsonAsync<JsonNode>())!["id"]!.GetValue<string>();

        var changed = await notes.Client.PutAsJsonAsync($"notes/{id}", new { title = "a", text = "c" });

        var note = (await changed.Content.ReadFromJsonAsync<JsonNode>())!;
        note["tags"]!.ToJsonString().ShouldBe("""["x"]""");
        note["pinned"]!.GetValue<bool>().ShouldBeTrue();
        note["format"]!.GetValue<string>().ShouldBe("plain");
    }

    [Theory]
    [InlineData("""{"title":"a","text":"","tags":["two words"]}""", "/tags/0")]
    [InlineData("""{"title":"a","text":"","tags":[null]}""", "/tags/0")]
    [InlineData("""{"title":"a","text":"","tags":["ok",""]}""", "/tags/1")]
    [InlineData("""{"title":"a","text":"","format":"html"}""", "/format")]
    [InlineData("""{"title":"a\nb","text":""}""", "/title")]
    public async Task What_a_note_of_1_1_cannot_be_is_told_by_pointer(string body, string pointer)
    {
        await using var notes = await StartAsync("1.1.0");

        var answer = await notes.Client.PostAsync(new Uri("notes", UriKind.Relative), Json(body));

        var problem = await ProblemAsync(answer, HttpStatusCode.BadRequest, "notes.invalid");
        problem["errors"]!.AsArray().Single()!["pointer"]!.GetValue<string>().ShouldBe(pointer);
    }

    private static Task<RunningPlugin> StartAsync(string version, string settings = "{}")
    {
        var plugin = new LoadedPlugin("Notes", version);
        return RunningPlugin.StartAsync(plugin.Plugin, plugin.Context, settings);
    }

    private static async Task AddAsync(RunningPlugin notes, string title, string text) =>
        (await notes.Client.PostAsJsonAsync("notes", new { title, text })).EnsureSuccessStatusCode();

    private static async Task<IReadOnlyList<string>> FindAsync(RunningPlugin notes, string query)
    {
        var list = await GetAsync(notes, $"notes?q={Uri.EscapeDataString(query)}");
        return [.. list["notes"]!.AsArray().Select(note => note!["title"]!.GetValue<string>())];
    }

    private static async Task<JsonNode> GetAsync(RunningPlugin notes, string path) => (await notes.Client.GetFromJsonAsync<JsonNode>(path))!;

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task<JsonNode> ProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        answer.StatusCode.ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
        problem["code"]!.GetValue<string>().ShouldBe(code);
        problem["status"]!.GetValue<int>().ShouldBe((int)status);
        return problem;
    }
}
