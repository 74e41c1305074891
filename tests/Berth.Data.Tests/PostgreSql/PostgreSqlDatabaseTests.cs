using Berth.Data.Sessions;
using Berth.Data.Tests.Sessions;

namespace Berth.Data.Tests.PostgreSql;

public sealed class PostgreSqlDatabaseTests : DatabaseTests
{
    private string _connection = "";

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await PostgresServer.DropDatabaseAsync(_connection);
    }

    [Fact]
    public async Task Transactions_that_block_each_other_are_run_again()
    {
        var (ada, bob) = (await AddUserAsync("ada"), await AddUserAsync("bob"));
        var bothHoldOne = new Barrier(2);

        // Each locks one row and then wants the other's: PostgreSQL ends one of them with "deadlock detected".
        await Task.WhenAll(Task.Run(() => TouchAsync(ada, bob)), Task.Run(() => TouchAsync(bob, ada)));

        (await Database.ReadAsync(s => s.ScalarAsync<long>("SELECT CAST(SUM(created_at) AS BIGINT) FROM users"))).ShouldBe(7 + 7 + 4);

        Task<int> TouchAsync(string first, string second)
        {
            var attempts = 0;
            return Database.WriteAsync(async s =>
            {
                await s.ExecuteAsync("UPDATE users SET created_at = created_at + 1 WHERE id = @first", new { first });
                if (++attempts == 1)
                    bothHoldOne.SignalAndWait(TimeSpan.FromMinutes(2)).ShouldBeTrue();
                return await s.ExecuteAsync("UPDATE users SET created_at = created_at + 1 WHERE id = @second", new { second });
            });
        }
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unreachable()
    {
        var exception = await Should.ThrowAsync<DatabaseUnavailableException>(() =>
            Databases.OpenAsync("Host=127.0.0.1;Port=1;Database=berth;Username=x;Password=secret", Path.GetTempPath()));

        exception.Trouble.ShouldBe(DatabaseTrouble.Unreachable);
        exception.Message.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("Host=db;Password=secret")]
    [InlineData("Host=db;Database=berth;Nonsense=secret")]
    public async Task A_setting_that_names_no_database_is_refused_without_repeating_it(string setting)
    {
        var exception = await Should.ThrowAsync<ArgumentException>(() => Databases.OpenAsync(setting, Path.GetTempPath()));

        exception.Message.ShouldNotContain("secret");
        exception.Message.ShouldContain("sqlite");
    }

    protected override async Task<IDatabase> OpenAsync()
    {
        _connection = await PostgresServer.CreateDatabaseAsync();
        return await Databases.OpenAsync(_connection, Path.GetTempPath());
    }
}
