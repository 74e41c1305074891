using System.Text.RegularExpressions;

namespace Berth.Server.Tests.Webhooks;

/// <summary>The receiver that docs/webhooks.md shows, as it stands there.</summary>
public sealed partial class DocumentedReceiverTests(WebhooksFixture fixture) : IClassFixture<WebhooksFixture>
{
    [Fact]
    public async Task The_receiver_of_the_documentation_takes_what_is_genuine_and_nothing_else()
    {
        using var folder = new TestFolder();
        var file = Path.Combine(folder.Path, "receiver.mjs");
        await File.WriteAllTextAsync(file, Script().Match(await File.ReadAllTextAsync(Path.Combine(Plugins.Tests.Repository.Root, "docs", "webhooks.md"))).Groups["text"].Value);
        var ana = await fixture.Server.CreateUserAsync();
        // The address is known when the receiver runs, which needs the secret first.
        var (id, secret) = await ana.Client.CreateHookAsync(new { url = "http://127.0.0.1:9/", enabled = false });
        await using var node = ServerProcess.Start("node", [file], folder.Path, ("WEBHOOK_SECRET", secret), ("PORT", "0"));
        var url = $"http://127.0.0.1:{await node.ReadAfterAsync("listening on ")}/hook";
        using (var patched = await ana.Client.PatchAsJsonAsync($"{Hooks.Path}/{id}", new { url }))
            patched.StatusCode.ShouldBe(HttpStatusCode.OK);

        var genuine = await ana.Client.PostHookAsync($"{id}/test");

        genuine.GetProperty("attempts")[0].GetProperty("status").GetInt32().ShouldBe(204);
        await node.ReadAfterAsync("berth.webhook.test");
        var (other, _) = await ana.Client.CreateHookAsync(new { url });
        (await ana.Client.PostHookAsync($"{other}/test")).GetProperty("attempts")[0].GetProperty("status").GetInt32().ShouldBe(401, "signed with another secret");
    }

    [GeneratedRegex("```js\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Script();
}
