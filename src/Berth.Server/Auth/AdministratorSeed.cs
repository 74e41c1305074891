using Berth.Data.Sessions;

namespace Berth.Server.Auth;

/// <summary>Makes sure that there is an administrator, with the token of the settings or a one-time sign-in link.</summary>
public sealed class AdministratorSeed(IDatabase database, UserStore users, TokenStore tokens, TimeProvider time)
{
    private const string Username = "admin";
    private const string TokenName = "BERTH_ADMIN_TOKEN";
    private static readonly TimeSpan CodeLife = TimeSpan.FromHours(1);

    /// <summary>Puts the settings' token in force; a former one no longer works.</summary>
    public async Task PutTokenInForceAsync(string token, CancellationToken cancellationToken)
    {
        var admin = await EnsureAdministratorAsync(cancellationToken);
        var now = time.GetUtcNow();
        var hash = AccessToken.Hash(token);
        await database.WriteAsync(async session =>
        {
            await session.ExecuteAsync("DELETE FROM tokens WHERE user_id = @admin AND name = @TokenName AND hash <> @hash", new { admin, TokenName, hash });
            if (await session.ScalarAsync<long>("SELECT COUNT(*) FROM tokens WHERE hash = @hash", new { hash }) == 0)
                await TokenStore.InsertAsync(session, admin, TokenKind.Personal, token, TokenName, [], now, expires: null);
            return true;
        }, cancellationToken);
    }

    /// <summary>Ends the token of former settings: what is no longer set must no longer work.</summary>
    public Task RevokeTokenAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.ExecuteAsync("DELETE FROM tokens WHERE name = @TokenName AND kind = 'pat'", new { TokenName }), cancellationToken);

    /// <summary>Issues a one-time code to sign in as administrator, valid for an hour.</summary>
    public async Task<string> IssueSignInCodeAsync(CancellationToken cancellationToken)
    {
        var admin = await EnsureAdministratorAsync(cancellationToken);
        var (_, code) = await tokens.IssueAsync(admin, TokenKind.SignIn, "sign-in link", [], CodeLife, cancellationToken);
        return code;
    }

    private async Task<string> EnsureAdministratorAsync(CancellationToken cancellationToken)
    {
        if (await users.FindByNameAsync(Username, cancellationToken) is { } found)
            return found.User.Id;
        var user = new UserRecord(Guid.NewGuid().ToString("N"), Username, [Caller.AdministratorRole], time.GetUtcNow());
        try
        {
            await database.WriteAsync(session => UserStore.InsertAsync(session, user, passwordHash: null), cancellationToken);
            return user.Id;
        }
        catch (DatabaseConstraintException exception) when (exception.IsUnique)
        {
            // Another process that starts on the same database was faster.
            return (await users.FindByNameAsync(Username, cancellationToken))!.Value.User.Id;
        }
    }
}
