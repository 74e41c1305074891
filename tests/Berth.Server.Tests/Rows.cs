using Berth.Data.Sessions;

namespace Berth.Server.Tests;

/// <summary>Looks into the server's database.</summary>
public static class Rows
{
    public static Task<long> CountAsync(this TestServer server, string from, object? parameters = null) =>
        server.Server.Services.GetRequiredService<IDatabase>().ReadAsync(session => session.ScalarAsync<long>($"SELECT COUNT(*) FROM {from}", parameters))!;
}
