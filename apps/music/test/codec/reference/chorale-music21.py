"""What music21 reads in a MusicXML file of ours: python3 chorale-music21.py FILE.musicxml > chorale-music21.json (music21 9.9.1)."""
import json
import sys

from music21 import converter

text = open(sys.argv[1], encoding='utf-8').read()
parts = []
for part in converter.parse(sys.argv[1]).parts:
    flat = part.stripTies().flatten()
    parts.append({
        'name': part.partName,
        'key': flat.keySignature.sharps,
        'metre': flat.timeSignature.ratioString,
        'notes': [[round(n.offset * 480), round(n.duration.quarterLength * 480), n.pitch.midi] for n in flat.notes],
    })
json.dump({'musicxml': text, 'parts': parts}, sys.stdout, indent=1)
print()
