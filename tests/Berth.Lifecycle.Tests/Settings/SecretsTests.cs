using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Settings;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Settings;

public sealed class SecretsTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_secret_is_in_no_table_in_no_outcome_and_in_no_file(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await Tuned.InstalledAsync(world);
        var outcomes = new List<OperationOutcome>
        {
            await world.ConfigureAsync(ada, $$"""{"apiKey":"{{Tuned.Secret}}"}""", isDryRun: true),
            await world.ConfigureAsync(ada, $$"""{"apiKey":"{{Tuned.Secret}}","server":{"host":"a.example","password":"{{Tuned.Secret}}"} }"""),
            await world.ConfigureAsync(ada, $$"""{"sortBy":"{{Tuned.Secret}}","apiKey":["{{Tuned.Secret}}"],"token":7}"""),
            await world.Operations.UpdateAsync(ada, new UpdateRequest("Tuned", IsDryRun: true)),
            await world.Operations.UpdateAsync(ada, new UpdateRequest("Tuned")),
            await world.ConfigureAsync(ada, $$"""{"apiKey":"{{Tuned.Secret}}-2","token":"{{Tuned.Secret}}-3"}"""),
            await world.Operations.RollbackAsync(ada, new RollbackRequest("Tuned")),
        };
        (await world.SeenAsync(ada)).GetProperty("apiKey").GetString().ShouldBe(Tuned.Secret, "the secret is there to be found");

        outcomes.OfType<OperationOutcome.Done>().Count().ShouldBe(4);
        foreach (var outcome in outcomes)
            JsonSerializer.Serialize(outcome, outcome.GetType()).ShouldNotContain("hunter2");
        foreach (var table in await TablesAsync(world))
            (await TextOfAsync(world, table)).ShouldNotContain("hunter2", customMessage: table);
        foreach (var file in Directory.EnumerateFiles(world.PluginsDirectory, "*", SearchOption.AllDirectories))
            (await File.ReadAllTextAsync(file)).ShouldNotContain("hunter2", customMessage: file);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task The_trail_names_what_changed(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await Tuned.InstalledAsync(world);
        (await world.ConfigureAsync(ada, """{"apiKey":"hunter2","limit":7}""")).ShouldBeDone();

        foreach (var sql in new[] { "SELECT detail FROM audit WHERE action = 'plugin.configure'", "SELECT data FROM outbox WHERE type = 'berth.installation.configured'" })
        {
            var detail = JsonSerializer.Deserialize<JsonElement>((await world.Database.ReadAsync(session => session.ScalarAsync<string>(sql)))!);
            detail.GetProperty("changed").EnumerateArray().Select(name => name.GetString()).ShouldBe(["/apiKey", "/limit"]);
        }
    }

    [Fact]
    public async Task A_ciphertext_that_is_moved_to_another_user_or_setting_does_not_open()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var (ada, bob) = (await Tuned.InstalledAsync(world), await Tuned.InstalledAsync(world, "bob"));
        (await world.ConfigureAsync(ada, """{"apiKey":"hunter2"}""")).ShouldBeDone();
        await world.Database.WriteAsync(session => session.ExecuteAsync(
            "UPDATE plugin SET secrets = (SELECT secrets FROM plugin WHERE user_id = @from) WHERE user_id = @to", new { from = ada.UserId, to = bob.UserId }));
        await world.Database.WriteAsync(session => session.ExecuteAsync(
            "UPDATE plugin SET secrets = REPLACE(secrets, '/apiKey', '/server/password') WHERE user_id = @from", new { from = ada.UserId }));
        await world.RestartAsync();

        (await world.SeenAsync(bob)).TryGetProperty("apiKey", out _).ShouldBeFalse();
        (await world.SeenAsync(ada)).GetRawText().ShouldNotContain("hunter2");
        (await world.ConfigureAsync(bob, """{"apiKey":"mine"}""")).ShouldBeDone();
        (await world.SeenAsync(bob)).GetProperty("apiKey").GetString().ShouldBe("mine");
    }

    [Fact]
    public async Task A_lifecycle_manager_sees_the_secrets_opened()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await Tuned.InstalledAsync(world);
        (await world.ConfigureAsync(ada, """{"apiKey":"hunter2"}""")).ShouldBeDone();
        var plugin = (await world.FindAsync(ada, "Tuned"))!;
        var manifest = world.Store.Find("Tuned", "1.0.0")!.Manifest;

        var view = world.Get<OperationParts>().View(ada, "Tuned", "1.0.0", manifest, plugin.Generation, plugin.Settings);

        JsonSerializer.Deserialize<JsonElement>(view.SettingsJson).GetProperty("apiKey").GetString().ShouldBe("hunter2");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_key_is_replaced_after_90_days_and_the_old_one_still_opens(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await Tuned.InstalledAsync(world);
        (await world.ConfigureAsync(ada, """{"apiKey":"hunter2"}""")).ShouldBeDone();
        await world.Database.WriteAsync(session => session.ExecuteAsync("UPDATE server_key SET created_at = 0 WHERE purpose = 'settings'"));
        await world.RestartAsync();
        (await world.ConfigureAsync(ada, """{"server":{"host":"a.example","password":"new"}}""", isMerge: true)).ShouldBeDone();

        (await world.SeenAsync(ada)).GetProperty("apiKey").GetString().ShouldBe("hunter2");
        (await world.SeenAsync(ada)).GetProperty("server").GetProperty("password").GetString().ShouldBe("new");
        (await world.CountAsync("SELECT COUNT(*) FROM server_key WHERE purpose = 'settings' AND kid >= 1000")).ShouldBe(2, "ids of links, 1 to 255, go round and replace one another");
        (await world.CountAsync("SELECT COUNT(*) FROM plugin WHERE secrets LIKE '%1.1000.%' AND secrets LIKE '%1.1001.%'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_of_another_node_is_read_when_it_is_met()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await Tuned.InstalledAsync(world);
        var other = new SettingsCipher(new SettingsKeys(world.Database, TimeProvider.System), Microsoft.Extensions.Logging.Abstractions.NullLogger<SettingsCipher>.Instance);
        var cipherText = await other.SealAsync($"{ada.UserId}_Tuned", "/apiKey", "hunter2", default);
        var here = world.Get<SettingsCipher>();

        here.TryOpen($"{ada.UserId}_Tuned", "/apiKey", cipherText).ShouldBe("hunter2");
        here.TryOpen($"{ada.UserId}_Other", "/apiKey", cipherText).ShouldBeNull();
        here.TryOpen($"{ada.UserId}_Tuned", "/apiKey", cipherText.Replace("1.1000.", "1.4711.", StringComparison.Ordinal)).ShouldBeNull();
        foreach (var broken in new[] { "", ".", "1.1000.", "1.1000.AAAA", "2" + cipherText[1..], cipherText[..^2], "1.-1.AAAA", "1.1000.§" })
            here.TryOpen($"{ada.UserId}_Tuned", "/apiKey", broken).ShouldBeNull(broken);
        (await other.SealAsync($"{ada.UserId}_Tuned", "/apiKey", "hunter2", default)).ShouldNotBe(cipherText, "the nonce is new each time");
    }

    private static Task<IReadOnlyList<string>> TablesAsync(TestWorld world) => world.Database.ReadAsync(session => session.QueryAsync<string>(
        session.Kind == DatabaseKind.Sqlite
            ? "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'package_search%'"
            : "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'"));

    private static async Task<string> TextOfAsync(TestWorld world, string table)
    {
        var columns = await world.Database.ReadAsync(session => session.QueryAsync<string>(
            session.Kind == DatabaseKind.Sqlite
                ? $"SELECT name FROM pragma_table_info('{table}')"
                : $"SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{table}'"));
        var whole = string.Join(" || ' ' || ", columns.Select(column => $"COALESCE(CAST({column} AS TEXT), '')"));
        return string.Join('\n', await world.Database.ReadAsync(session => session.QueryAsync<string>($"SELECT {whole} FROM {table}")));
    }
}
