using System.Buffers.Binary;
using System.Text;

namespace BffBroker.Tests.Support;

/// <summary>A protobuf message without its schema: fields by number, as they come.</summary>
internal sealed class ProtobufMessage
{
    private readonly List<(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)> _fields = [];

    public ProtobufMessage(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var tag = Varint(ref bytes);
            var (number, value, content) = ((int)(tag >> 3), 0ul, ReadOnlyMemory<byte>.Empty);
            switch (tag & 7)
            {
                case 0:
                    value = Varint(ref bytes);
                    break;
                case 1:
                    (value, bytes) = (BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span), bytes[8..]);
                    break;
                case 2:
                    var length = (int)Varint(ref bytes);
                    (content, bytes) = (bytes[..length], bytes[length..]);
                    break;
                default:
                    (value, bytes) = (BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span), bytes[4..]);
                    break;
            }

            _fields.Add((number, value, content));
        }
    }

    public IEnumerable<ProtobufMessage> All(int number) => _fields.Where(field => field.Number == number).Select(field => new ProtobufMessage(field.Bytes));

    public bool Has(int number) => _fields.Any(field => field.Number == number);

    public ReadOnlyMemory<byte> Bytes(int number) => _fields.LastOrDefault(field => field.Number == number).Bytes;

    public string Text(int number) => Encoding.UTF8.GetString(Bytes(number).Span);

    public string Hex(int number) => Convert.ToHexStringLower(Bytes(number).Span);

    public ulong Number(int number) => _fields.LastOrDefault(field => field.Number == number).Value;

    private static ulong Varint(ref ReadOnlyMemory<byte> bytes)
    {
        var value = 0ul;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes.Span[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
