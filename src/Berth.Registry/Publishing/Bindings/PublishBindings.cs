using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Registry.Review;

namespace Berth.Registry.Publishing.Bindings;

/// <inheritdoc />
internal sealed class PublishBindings(IDatabase database, TimeProvider time) : IPublishBindings
{
    private const string Columns = "id, slug, issuer, audience, repository, workflow, environment, created_by, created_at";

    public async Task<IReadOnlyList<PublishBinding>> ListAsync(string slug, CancellationToken cancellationToken = default) =>
        [.. (await database.ReadAsync(
            session => session.QueryAsync<Row>($"SELECT {Columns} FROM publish_binding WHERE slug = @slug ORDER BY created_at, id", new { slug }), cancellationToken))
            .Select(row => row.ToBinding())];

    public async Task<PublishBinding> AddAsync(PublishBinding binding, ReviewActor actor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(binding);
        ArgumentNullException.ThrowIfNull(actor);
        var at = time.GetUtcNow();
        var added = binding with { Id = Guid.NewGuid().ToString("N"), CreatedAt = at };
        await database.WriteAsync(async session =>
        {
            await session.ExecuteAsync(
                $"INSERT INTO publish_binding ({Columns}) VALUES (@Id, @Slug, @Issuer, @Audience, @Repository, @Workflow, @Environment, @CreatedBy, @createdAt)",
                new
                {
                    added.Id,
                    added.Slug,
                    added.Issuer,
                    added.Audience,
                    added.Repository,
                    added.Workflow,
                    added.Environment,
                    added.CreatedBy,
                    createdAt = at.ToUnixTimeMilliseconds(),
                });
            return await AuditAsync(session, actor, "publishing.bind", added);
        }, cancellationToken);
        return added;
    }

    public Task<bool> RemoveAsync(string slug, string id, ReviewActor actor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return database.WriteAsync(async session =>
        {
            var removed = await session.FirstOrDefaultAsync<Row>($"DELETE FROM publish_binding WHERE slug = @slug AND id = @id RETURNING {Columns}", new { slug, id });
            if (removed is not null)
                await AuditAsync(session, actor, "publishing.unbind", removed.ToBinding());
            return removed is not null;
        }, cancellationToken);
    }

    public async Task<ExchangeOutcome> ExchangeAsync(
        IntegrationIdentity identity, string? slug, Func<DbSession, PublishBinding, string, Task> issue, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(issue);
        var fitting = (await database.ReadAsync(
            session => session.QueryAsync<Row>(
                $"SELECT {Columns} FROM publish_binding WHERE issuer = @Issuer AND repository = @Repository ORDER BY created_at, id", new { identity.Issuer, identity.Repository }),
            cancellationToken))
            .Select(row => row.ToBinding())
            .Where(binding => Fits(binding, identity) && (slug is null || string.Equals(binding.Slug, slug, StringComparison.OrdinalIgnoreCase)))
            .ToList();
        if (fitting.Count == 0)
            return new ExchangeOutcome.NoBinding();
        if (fitting.Select(binding => binding.Slug).Distinct(StringComparer.Ordinal).ToList() is { Count: > 1 } slugs)
            return new ExchangeOutcome.Ambiguous(slugs);

        try
        {
            return await database.WriteAsync(session => TakeAsync(session, identity, fitting[0], issue), cancellationToken);
        }
        catch (DatabaseConstraintException exception) when (exception.IsUnique)
        {
            return new ExchangeOutcome.Replayed();
        }
    }

    private async Task<ExchangeOutcome> TakeAsync(DbSession session, IntegrationIdentity identity, PublishBinding binding, Func<DbSession, PublishBinding, string, Task> issue)
    {
        var id = Guid.NewGuid().ToString("N");
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        await session.ExecuteAsync(
            "INSERT INTO publish_exchange (id, slug, binding_id, issuer, jti, claims, at) VALUES (@id, @Slug, @bindingId, @Issuer, @jti, @Provenance, @at)",
            new
            {
                id,
                binding.Slug,
                bindingId = binding.Id,
                identity.Issuer,
                identity.Provenance,
                at,
                jti = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity.TokenId))),
            });
        await issue(session, binding, id);
        var data = JsonSerializer.Serialize(new { slug = binding.Slug, binding_id = binding.Id, exchange_id = id, issuer = binding.Issuer, repository = binding.Repository, workflow = binding.Workflow });
        await RegistryRecords.AddAuditAsync(session, at, binding.CreatedBy, "publishing.exchange", binding.Slug, data);
        return new ExchangeOutcome.Issued(binding);
    }

    private static bool Fits(PublishBinding binding, IntegrationIdentity identity) =>
        identity.Audiences.Contains(binding.Audience, StringComparer.Ordinal)
        && string.Equals(binding.Workflow, identity.Workflow, StringComparison.Ordinal)
        && (binding.Environment is null || string.Equals(binding.Environment, identity.Environment, StringComparison.Ordinal));

    private Task<int> AuditAsync(DbSession session, ReviewActor actor, string action, PublishBinding binding) => RegistryRecords.AddAuditAsync(
        session, time.GetUtcNow().ToUnixTimeMilliseconds(), actor.ActorId, action, binding.Slug,
        JsonSerializer.Serialize(new
        {
            slug = binding.Slug,
            binding_id = binding.Id,
            issuer = binding.Issuer,
            audience = binding.Audience,
            repository = binding.Repository,
            workflow = binding.Workflow,
            environment = binding.Environment,
        }));

    private sealed record Row(
        string Id, string Slug, string Issuer, string Audience, string Repository, string Workflow, string? Environment, string CreatedBy, long CreatedAt)
    {
        public PublishBinding ToBinding() =>
            new(Id, Slug, Issuer, Audience, Repository, Workflow, Environment, CreatedBy, DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt));
    }
}
