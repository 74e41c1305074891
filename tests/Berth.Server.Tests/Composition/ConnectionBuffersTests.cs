using Berth.Server.Composition;

namespace Berth.Server.Tests.Composition;

public sealed class ConnectionBuffersTests
{
    [Fact]
    public void No_two_owners_ever_hold_the_same_block()
    {
        using var pool = new ConnectionBuffers().Create();
        Parallel.For(0, 8, worker =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                using var one = pool.Rent();
                using var two = pool.Rent(4096);
                one.Memory.Span.Fill((byte)worker);
                two.Memory.Span.Fill((byte)(worker + 100));
                one.Memory.Span.ContainsAnyExcept((byte)worker).ShouldBeFalse();
                two.Memory.Span.ContainsAnyExcept((byte)(worker + 100)).ShouldBeFalse();
            }
        });
    }

    [Fact]
    public void A_block_that_came_back_is_used_again()
    {
        using var pool = new ConnectionBuffers().Create();
        var first = pool.Rent();
        first.Dispose();
        pool.Rent().ShouldBeSameAs(first);
    }

    [Fact]
    public void A_block_cannot_come_back_twice()
    {
        using var pool = new ConnectionBuffers().Create();
        var block = pool.Rent();
        block.Dispose();
        Should.Throw<InvalidOperationException>(block.Dispose);
    }

    [Fact]
    public void Only_so_many_free_blocks_are_kept()
    {
        using var pool = new ConnectionBuffers().Create();
        var many = Enumerable.Range(0, ConnectionBuffers.MostFree + 100).Select(_ => pool.Rent()).ToList();
        many.ForEach(block => block.Dispose());
        var again = Enumerable.Range(0, ConnectionBuffers.MostFree + 100).Select(_ => pool.Rent()).ToHashSet();
        again.Intersect(many).Count().ShouldBe(ConnectionBuffers.MostFree);
    }

    [Fact]
    public void More_than_a_block_is_refused()
    {
        using var pool = new ConnectionBuffers().Create();
        Should.Throw<ArgumentOutOfRangeException>(() => pool.Rent(ConnectionBuffers.BlockSize + 1));
        pool.MaxBufferSize.ShouldBe(ConnectionBuffers.BlockSize);
    }
}
